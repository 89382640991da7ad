import { hashLimits } from '../limits.ts';
import * as answers from './hashReplies.ts';
import { isCallback } from './callback.ts';
import { wrongWith } from './emailProblem.ts';
import { munchkinHash } from './munchkinHash.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HashReply } from './hashReplies.ts';
import type { HashSecret } from './hashSecret.ts';

const path = /^\/integrations\/marketo\/v1\/[^/]+\/(.+)\/hash$/;

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
const classicEmail = (event: Pick<APIGatewayProxyEventV2, 'rawPath'>): string | undefined => {
  const email = path.exec(event.rawPath)?.[1];
  return email === undefined ? undefined : decoded(email);
};

interface ClassicPorts {
  readonly secret: () => Promise<HashSecret>;
  /** Whether the path is served at all: it is open to everybody. */
  readonly classic: boolean;
}

/** The classic client's JSONP path. Its answer is run as a script, which is one call and no more. */
export const createClassic =
  ({ secret, classic }: ClassicPorts) =>
  async (event: APIGatewayProxyEventV2): Promise<HashReply> => {
    const email = classic ? classicEmail(event) : undefined;
    if (email === undefined) return answers.notFound();
    const wrong = wrongWith(email);
    if (wrong !== undefined) return answers.invalid('email', wrong);
    const callback = event.queryStringParameters?.callback ?? '';
    if (callback.length > hashLimits.callbackCharacters || !isCallback(callback)) {
      return answers.invalid('callback', 'must be the name of a function, like __jp0');
    }
    const { munchkinPrivateKey } = await secret();
    return answers.script(callback, munchkinHash(munchkinPrivateKey, email));
  };
