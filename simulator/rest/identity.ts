import type { HttpAnswer } from '../answer.ts';
import { json, plain } from '../answer.ts';
import { Injected } from '../faults.ts';
import type { Simulator } from '../simulator.ts';
import type { RestRequest } from './request.ts';

const refused = (status: number, error: string, description: string): HttpAnswer =>
  json(status, { error, error_description: description });

/** The parameters of a POST may stand in the query, too. */
const parametersOf = ({ method, query, body, contentType }: RestRequest): URLSearchParams =>
  method === 'POST' && /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')
    ? new URLSearchParams([...query, ...new URLSearchParams(body)])
    : query;

/** `/identity/oauth/token`: an access token for a client's id and secret. Counts as no call. */
export const answerToken = async (
  simulator: Simulator,
  request: RestRequest,
): Promise<HttpAnswer> => {
  if (request.method !== 'GET' && request.method !== 'POST') return plain(405, 'GET or POST\n');
  const parameters = parametersOf(request);
  if (parameters.get('grant_type') !== 'client_credentials') {
    return refused(400, 'unsupported_grant_type', 'grant_type must be client_credentials');
  }
  try {
    const grant = await simulator.grant({
      clientId: parameters.get('client_id') ?? '',
      clientSecret: parameters.get('client_secret') ?? '',
    });
    if (grant === undefined) return refused(401, 'invalid_client', 'Bad client credentials');
    return json(200, {
      access_token: grant.token,
      token_type: 'bearer',
      expires_in: grant.expiresIn,
      scope: 'api@simulated.example',
    });
  } catch (error) {
    if (!(error instanceof Injected)) throw error;
    const { drop, status = 500, message = '' } = error.fault;
    return drop === true ? 'drop' : plain(status, message);
  }
};
