import { randomInt } from 'node:crypto';
import type { HttpAnswer } from '../answer.ts';
import { plain } from '../answer.ts';
import { Injected } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import { coded, errorsOf, refusesBeforeWork, RestError } from './codes.ts';
import type { CodedError } from './codes.ts';
import { FileAnswer } from './operation.ts';
import type { RestRequest } from './request.ts';
import { routeOf } from './routes.ts';

interface Outcome {
  readonly answer: HttpAnswer;
  readonly code: string | null;
  readonly message: string | null;
}

const envelope = (simulator: Simulator, success: boolean, members: object, status = 200) => ({
  status,
  type: 'application/json;charset=UTF-8',
  body: JSON.stringify({
    requestId: `${randomInt(0x1000, 0x20000).toString(16)}#${simulator.now().toString(16)}`,
    success,
    ...members,
  }),
});

const failed = (simulator: Simulator, error: CodedError, status?: number): Outcome => ({
  answer: envelope(simulator, false, { errors: [error] }, status),
  ...error,
});

const failure = (simulator: Simulator, error: unknown): Outcome => {
  if (error instanceof RestError) return failed(simulator, error.error);
  if (error instanceof Refusal) return failed(simulator, errorsOf(error.reason)[0]);
  if (!(error instanceof Injected)) {
    // A mistake of this server's own: as Marketo says it, but telling what happened.
    return failed(simulator, coded('611', `the simulated Marketo failed: ${String(error)}`));
  }
  const { code, status = 200, message = '', drop } = error.fault;
  if (code !== undefined) return failed(simulator, coded(code, message), status);
  if (drop === true) return { answer: 'drop', code: null, message: 'connection closed' };
  return { answer: plain(status, message), code: null, message };
};

/** The token must stand in the header: in the query it would end up in logs. */
const authenticate = (simulator: Simulator, { authorization, query }: RestRequest): void => {
  if (query.has('access_token')) {
    throw new RestError('600', 'Access token must stand in the header Authorization');
  }
  const [, token] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw new RestError('600');
  const verdict = simulator.judgeToken(token);
  if (verdict !== 'alive') throw new RestError(verdict === 'expired' ? '602' : '601');
};

/** What the URI or the body is too long for, as an HTTP status. */
const tooLong = (uri: string, { path, body }: RestRequest): HttpAnswer | undefined => {
  if (uri.length > rules.restUriCharacters) return plain(414, 'Request-URI Too Long\n');
  const max = path.startsWith('/bulk/') ? rules.importBodyBytes : rules.restBodyBytes;
  return Buffer.byteLength(body) > max ? plain(413, 'Request Entity Too Large\n') : undefined;
};

/** A GET whose query was too long for a URI comes as a POST with `_method=GET`. */
const unfolded = (request: RestRequest): RestRequest => {
  const { method, query, body } = request;
  if (method !== 'POST' || query.get('_method') !== 'GET') return request;
  return {
    ...request,
    method: 'GET',
    query: new URLSearchParams([...query, ...new URLSearchParams(body)]),
  };
};

/** Answers one request to the REST API and records the call. `uri` is path and query as sent. */
export const answerRest = async (
  simulator: Simulator,
  uri: string,
  sent: RestRequest,
): Promise<HttpAnswer> => {
  const request = unfolded(sent);
  const turn = simulator.open({
    name: 'rest',
    refusesBeforeWork,
    callsPerDay: simulator.schema.limits.callsPerDay ?? rules.restCallsPerDay,
  });
  const close = ({ answer, code, message }: Outcome, cause?: unknown): HttpAnswer => {
    turn.close({ status: answer === 'drop' ? 0 : answer.status, code, message, cause });
    return answer;
  };
  try {
    const answer = tooLong(uri, request);
    if (answer !== undefined) return close({ answer, code: null, message: 'too long' });
    authenticate(simulator, request);
    const route = routeOf(request.method, request.path);
    if (route !== undefined) turn.names(route.name);
    turn.enter();
    if (route === undefined) throw new RestError('610');
    const members = await route.run(simulator, turn, request);
    const answered =
      members instanceof FileAnswer
        ? { status: 200, type: 'text/csv;charset=UTF-8', body: members.text }
        : envelope(simulator, true, members);
    return close({ answer: answered, code: null, message: null });
  } catch (error) {
    return close(failure(simulator, error), error);
  }
};
