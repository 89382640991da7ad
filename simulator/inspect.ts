import * as z from 'zod';
import type { HttpAnswer } from './answer.ts';
import { json } from './answer.ts';
import type { LeadInput } from './control.ts';
import { ControlError } from './control.ts';
import { dataTypes } from './data-type.ts';
import { faultSchema } from './faults.ts';
import { problemsOf } from './problems.ts';
import type { Simulator } from './simulator.ts';

interface InspectRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

type Handler = (simulator: Simulator, request: InspectRequest, segment: string) => unknown;

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
    if (!parsed.success) throw new ControlError(400, `query: ${problemsOf(parsed.error)}`);
    return list(simulator, parsed.data.email);
  };

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, 'the body is not JSON');
  }
};

const read = <Of extends z.ZodObject>(shape: Of, body: string, what: string): z.output<Of> => {
  const parsed = shape.safeParse(parsedJson(body));
  if (parsed.success) return parsed.data;
  const known = Object.keys(shape.shape).join(', ');
  throw new ControlError(400, `${problemsOf(parsed.error)}. ${what} knows: ${known}`);
};

const inject: Handler = (simulator, { body }) => {
  simulator.inject(read(faultSchema, body, 'A fault'));
  return simulator.faults();
};

const idIn = (segment: string): number => {
  if (/^[1-9]\d*$/.test(segment)) return Number(segment);
  throw new ControlError(400, `${segment} is no id of a lead`);
};

const losers = z.strictObject({ leads: z.array(z.int().positive()).min(1) });

const newField = z.strictObject({
  name: z.string().min(1),
  rest: z.string().min(1).nullable().optional(),
  soap: z.string().min(1).nullable().optional(),
  label: z.string().min(1).optional(),
  dataType: z.enum(dataTypes),
  length: z.int().positive().nullable().optional(),
  readOnly: z.boolean().optional(),
});

/** `{}` stands for one segment of the path, which the handler gets. */
const routes: readonly [string, Handler][] = [
  ['GET /simulator/leads', listing(emailFilter, ({ leads }, email) => leads(email))],
  ['GET /simulator/calls', listing(emailFilter, ({ calls }, email) => calls(email))],
  ['GET /simulator/visits', listing(emailFilter, ({ visits }, email) => visits(email))],
  ['GET /simulator/activities', listing(emailFilter, ({ activities }, email) => activities(email))],
  ['GET /simulator/companies', listing(noFilter, ({ state }) => state.companies())],
  [
    'GET /simulator/lists',
    listing(noFilter, ({ schema, state }) =>
      schema.lists.map((list) => ({ ...list, leads: state.members(list.id) })),
    ),
  ],
  [
    'GET /simulator/programs',
    listing(noFilter, ({ schema, state }) =>
      schema.programs.map((program) => ({ ...program, members: state.programMembers(program.id) })),
    ),
  ],
  [
    'GET /simulator/campaigns',
    listing(noFilter, ({ schema, state }) =>
      schema.campaigns.map((campaign) => ({
        ...campaign,
        runs: state.campaignRuns().filter((run) => run.campaign === campaign.id),
      })),
    ),
  ],
  [
    'GET /simulator/imports',
    listing(noFilter, ({ imports }) =>
      imports
        .jobs()
        .map(({ id, status, createdAt, endsAt, request, imported, failures, warnings }) => ({
          id,
          status,
          createdAt,
          endsAt: endsAt ?? null,
          rows: request.records.length,
          imported,
          failed: failures.length,
          warned: warnings.length,
        })),
    ),
  ],
  ['GET /simulator/tokens', listing(noFilter, ({ tokenRequests }) => tokenRequests())],
  ['GET /simulator/fields', listing(noFilter, ({ fields }) => [...fields.values()])],
  [
    'GET /simulator/schema',
    listing(noFilter, ({ schema }) => ({
      ...schema,
      company: { ...schema.company, fields: [...schema.company.fields] },
    })),
  ],
  ['GET /simulator/faults', listing(noFilter, ({ faults }) => faults())],
  [
    'POST /simulator/leads',
    (simulator, { body }) => simulator.createLead(parsedJson(body) as LeadInput),
  ],
  [
    'GET /simulator/leads/{}',
    (simulator, _request, segment) => {
      const lead = simulator.find('id', String(idIn(segment)));
      if (lead === undefined) throw new ControlError(404, `there is no lead ${segment}`);
      return lead;
    },
  ],
  [
    'PATCH /simulator/leads/{}',
    (simulator, { body }, segment) =>
      simulator.changeLead(idIn(segment), parsedJson(body) as LeadInput),
  ],
  [
    'DELETE /simulator/leads/{}',
    (simulator, _request, segment) => {
      simulator.deleteLead(idIn(segment));
      return { deleted: idIn(segment) };
    },
  ],
  [
    'POST /simulator/leads/{}/duplicate',
    (simulator, _request, segment) => simulator.duplicateLead(idIn(segment)),
  ],
  [
    'POST /simulator/leads/{}/merge',
    (simulator, { body }, segment) =>
      simulator.mergeLeads(idIn(segment), read(losers, body, 'A merge').leads),
  ],
  [
    'POST /simulator/fields',
    (simulator, { body }) => {
      simulator.addField(read(newField, body, 'A field'));
      return [...simulator.fields.values()];
    },
  ],
  [
    'DELETE /simulator/fields/{}',
    (simulator, _request, segment) => {
      const field = simulator.fields.rest.get(segment) ?? simulator.fields.soap.get(segment);
      if (field === undefined) throw new ControlError(404, `there is no field ${segment}`);
      simulator.removeField(field.name);
      return { removed: segment };
    },
  ],
  ['POST /simulator/faults', inject],
  [
    'DELETE /simulator/faults',
    (simulator) => {
      simulator.clearFaults();
      return [];
    },
  ],
  [
    'POST /simulator/reset',
    (simulator) => {
      simulator.reset();
      return { reset: true };
    },
  ],
];

const compiled = routes.map(([route, handler]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, pattern: new RegExp(`^${path.replace('{}', '([^/]+)')}$`), handler };
});

/** The simulator's own API: to look at what Marketo holds, to change it, and to make it fail. */
export const answerInspect = (simulator: Simulator, request: InspectRequest): HttpAnswer => {
  const { method, path } = request;
  const there = compiled.filter(({ pattern }) => pattern.test(path));
  const found = there.find((one) => one.method === method);
  if (found === undefined) {
    const methods = there.map((one) => one.method).join(', ');
    return there.length > 0
      ? json(405, { error: `${path} takes ${methods}` })
      : json(404, {
          error: `no such path; there are: ${routes.map(([route]) => route).join(', ')}`,
        });
  }
  try {
    const segment = decodeURIComponent(found.pattern.exec(path)?.[1] ?? '');
    return json(200, found.handler(simulator, request, segment));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return json(error.status, { error: error.message });
  }
};
