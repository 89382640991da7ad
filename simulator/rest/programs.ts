import { wordsOf } from '../faults.ts';
import { rules } from '../rules.ts';
import type { Program } from '../schema/shape.ts';
import type { Simulator } from '../simulator.ts';
import { isStorable, storedText } from '../values.ts';
import type { CodedError } from './codes.ts';
import { badValue, coded, errorsOf, missing, RestError, unknownField } from './codes.ts';
import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import type { JsonObject, RestRequest } from './request.ts';
import { isObject, raised, readBody, readInput, shown, textOf } from './request.ts';

/** The program that the path names: 1013 where there is none. */
const programIn = ({ schema }: Simulator, { path }: RestRequest): Program => {
  const [, id = ''] = /\/programs\/([^/]*)\//.exec(path) ?? [];
  const program = schema.programs.find((one) => String(one.id) === id);
  if (program === undefined) throw new RestError('1013', `Program '${id}' not found`);
  return program;
};

interface Entry {
  readonly status: 'created' | 'updated' | 'skipped';
  readonly leadId?: number;
  readonly reasons?: readonly CodedError[];
}

const skipped = (reason: CodedError): Entry => ({ status: 'skipped', reasons: [reason] });

/** Works on each record of `input` by itself, under its faults; answers are told apart by `seq`. */
const eachOf =
  (
    work: (
      program: Program,
      body: JsonObject,
    ) => (simulator: Simulator, lead: number, record: JsonObject) => Entry,
  ): Operation =>
  async (simulator, turn, request) => {
    const body = readBody(request);
    const input = readInput(body, rules.recordsPerCall);
    const idOf = (given: unknown): number =>
      isObject(given) ? Number(given['leadId'] ?? Number.NaN) : Number.NaN;
    turn.concerns(
      input.map((given) => simulator.leadOf(idOf(given)) ?? { id: shown(given ?? null) }),
    );
    const result = await turn.unlocked((take) => {
      const write = work(programIn(simulator, request), body);
      return input.map((given, seq): Entry & { readonly seq: number } => {
        const lead = simulator.leadOf(idOf(given));
        const failing = take(() => ({ id: idOf(given), email: lead?.email }));
        if (failing === undefined || failing.after === true) {
          const entry = !isObject(given)
            ? skipped(coded('1003', 'Invalid data: a record is an object'))
            : given['leadId'] === undefined
              ? skipped(missing('leadId'))
              : lead === undefined
                ? skipped(coded('1004'))
                : write(simulator, lead.id, given);
          if (failing === undefined) return { seq, ...entry };
        }
        return { seq, status: 'skipped', reasons: errorsOf(wordsOf(failing)) };
      });
    });
    turn.results(
      result.map(({ status }) => (status === 'skipped' ? 'FAILED' : status.toUpperCase())),
    );
    return { result };
  };

/** Sync Program Member Status: `POST /rest/v1/programs/{id}/members/status.json`. It only goes forward. */
export const syncProgramStatus = eachOf((program, { statusName }) => {
  if (typeof statusName !== 'string' || statusName === '') throw raised(missing('statusName'));
  const step = program.statuses.indexOf(statusName);
  if (step < 0) throw new RestError('1025', `Program status '${statusName}' not found`);
  return ({ state }, lead) => {
    const before = state.programMember(program.id, lead);
    if (before !== undefined && program.statuses.indexOf(before.status) >= step)
      return skipped(coded('1037'));
    const member = { program: program.id, lead, status: statusName, fields: before?.fields ?? {} };
    state.apply({ kind: 'programMember', member });
    return { status: before === undefined ? 'created' : 'updated', leadId: lead };
  };
});

/** The fields of a record, by name, as text; or what is wrong with them. */
const fieldsIn = (
  { memberFields }: Program,
  record: JsonObject,
): ReadonlyMap<string, string> | CodedError => {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(record)) {
    if (name === 'leadId') continue;
    const field = memberFields.find((one) => one.name === name);
    if (field === undefined) return unknownField(name);
    const text = textOf(value);
    if (text === undefined || !isStorable(field.dataType, field.length, text))
      return badValue(name, shown(value));
    values.set(name, text === '' ? '' : storedText(field.dataType, text));
  }
  return values;
};

/** Sync Program Member Data: `POST /rest/v1/programs/{id}/members.json`. Only of those who are members. */
export const syncProgramMembers = eachOf((program) => ({ state }, lead, record) => {
  const before = state.programMember(program.id, lead);
  if (before === undefined) return skipped(coded('1013', 'Membership not found'));
  const values = fieldsIn(program, record);
  if ('code' in values) return skipped(values);
  const all = new Map([...Object.entries(before.fields), ...values]);
  const fields = Object.fromEntries([...all].filter(([, text]) => text !== ''));
  state.apply({ kind: 'programMember', member: { ...before, fields } });
  return { status: 'updated', leadId: lead };
});

/** Get Program Members: `GET /rest/v1/programs/{id}/members.json`, by `leadId` or `statusName`. */
export const getProgramMembers: Operation = async (simulator, turn, request) => {
  const { query } = request;
  const type = query.get('filterType') ?? '';
  if (type === '') throw raised(missing('filterType'));
  if (!['leadId', 'statusName'].includes(type))
    throw new RestError('1011', `Field '${type}' not supported`);
  const values = (query.get('filterValues') ?? '').split(',').filter((value) => value !== '');
  if (values.length === 0) throw raised(missing('filterValues'));
  const { id } = programIn(simulator, request);
  const found = await turn.unlocked(() =>
    simulator.state
      .programMembers(id)
      .filter(({ lead, status }) => values.includes(type === 'leadId' ? String(lead) : status)),
  );
  const { items, ...more } = page(found, query);
  const result = items.map(({ lead, program, status, fields }, seq) => ({
    seq,
    leadId: lead,
    programId: program,
    statusName: status,
    ...fields,
  }));
  return { result, ...more };
};
