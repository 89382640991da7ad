import * as z from 'zod';
import type { HttpAnswer } from './answer.ts';
import { json } from './answer.ts';
import { faultSchema } from './faults.ts';
import type { Simulator } from './simulator.ts';

interface InspectRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

type Handler = (simulator: Simulator, request: InspectRequest) => HttpAnswer;

const problems = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');

const noFilter = z.strictObject({});
const emailFilter = z.strictObject({ email: z.string().min(1).optional() });

const listing =
  (
    filter: typeof noFilter | typeof emailFilter,
    list: (simulator: Simulator, email: string | undefined) => unknown,
  ): Handler =>
  (simulator, { query }) => {
    const parsed: z.ZodSafeParseResult<{ email?: string | undefined }> = filter.safeParse(
      Object.fromEntries(query),
    );
    return parsed.success
      ? json(200, list(simulator, parsed.data.email))
      : json(400, { error: `query: ${problems(parsed.error)}` });
  };

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const inject: Handler = (simulator, { body }) => {
  const value = parsedJson(body);
  if (value === undefined) return json(400, { error: 'the body is not JSON' });
  const parsed = faultSchema.safeParse(value);
  if (!parsed.success) {
    const known = Object.keys(faultSchema.shape).join(', ');
    return json(400, { error: `${problems(parsed.error)}. A fault knows: ${known}` });
  }
  simulator.inject(parsed.data);
  return json(200, simulator.faults());
};

const routes: Readonly<Record<string, Handler>> = {
  'GET /simulator/leads': listing(emailFilter, ({ leads }, email) => leads(email)),
  'GET /simulator/calls': listing(emailFilter, ({ calls }, email) => calls(email)),
  'GET /simulator/visits': listing(emailFilter, ({ visits }, email) => visits(email)),
  'GET /simulator/activities': listing(emailFilter, ({ activities }, email) => activities(email)),
  'GET /simulator/tokens': listing(noFilter, ({ tokenRequests }) => tokenRequests()),
  'GET /simulator/faults': listing(noFilter, ({ faults }) => faults()),
  'POST /simulator/faults': inject,
  'DELETE /simulator/faults': (simulator) => {
    simulator.clearFaults();
    return json(200, []);
  },
  'POST /simulator/reset': (simulator) => {
    simulator.reset();
    return json(200, { reset: true });
  },
};

/** The simulator's own routes: to look at what Marketo holds, and to make it fail. */
export const answerInspect = (simulator: Simulator, request: InspectRequest): HttpAnswer => {
  const handler = routes[`${request.method} ${request.path}`];
  if (handler !== undefined) return handler(simulator, request);
  const methods = Object.keys(routes)
    .filter((route) => route.endsWith(` ${request.path}`))
    .map((route) => route.split(' ')[0]);
  return methods.length > 0
    ? json(405, { error: `${request.path} takes ${methods.join(', ')}` })
    : json(404, { error: `no such path; there are: ${Object.keys(routes).join(', ')}` });
};
