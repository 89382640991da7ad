import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const path = /^\/integrations\/marketo\/v1\/[^/]+\/(.+)\/hash$/;
const callbackName = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The e-mail in the path of the classic client's request; undefined for any other path. API Gateway
 * hands the path over decoded, a client may have encoded twice, and the classic one does not encode
 * at all: `@`, `%40` and `+` all mean themselves.
 */
export const classicEmail = (
  event: Pick<APIGatewayProxyEventV2, 'rawPath'>,
): string | undefined => {
  const email = path.exec(event.rawPath)?.[1];
  return email === undefined ? undefined : decoded(email);
};

/** Whether a callback can be called and nothing else: the answer is run as a script. */
export const isCallback = (name: string): boolean => callbackName.test(name);
