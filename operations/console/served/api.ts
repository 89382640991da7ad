import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { checkedText } from '../body.ts';
import type { createAnswers } from '../answers.ts';
import { alwaysHeaders } from '../reply.ts';
import type { Caller } from '../caller.ts';

interface ApiParts {
  readonly answers: ReturnType<typeof createAnswers>;
  readonly callers: (authorization: string | undefined) => Promise<Caller>;
}

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The console behind an HTTP API of API Gateway (payload format 2.0). */
export const createConsoleApi =
  ({ answers, callers }: ApiParts) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { headers, rawPath, requestContext } = event;
    const {
      status,
      headers: own,
      body,
    } = await answers({
      method: requestContext.http.method,
      path: rawPath,
      contentType: headers['content-type'],
      body: () => {
        const bytes = bodyOf(event);
        return Promise.resolve(checkedText(bytes.toString('utf8'), bytes.length));
      },
      caller: () => callers(headers['authorization']),
    });
    return {
      statusCode: status,
      headers: {
        ...alwaysHeaders,
        'strict-transport-security': 'max-age=31536000',
        ...own,
      },
      body: body.toString('utf8'),
    };
  };
