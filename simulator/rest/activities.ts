import type { ActivityType } from '../activity-types.ts';
import { wordsOf } from '../faults.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Activity } from '../model.ts';
import { isStorable } from '../values.ts';
import type { CodedError } from './codes.ts';
import { badValue, coded, errorsOf, missing, unknownField } from './codes.ts';
import type { Operation } from './operation.ts';
import type { JsonObject } from './request.ts';
import { isObject, readBody, readInput, shown, textOf } from './request.ts';

/** Only the first error of a record is told. */
class Skipped extends Error {
  readonly error: CodedError;

  constructor(error: CodedError) {
    super(error.message);
    this.name = 'Skipped';
    this.error = error;
  }
}

const required = [
  'leadId',
  'activityDate',
  'activityTypeId',
  'primaryAttributeValue',
  'attributes',
];

const readInteger = (record: JsonObject, name: string): number => {
  const value = record[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Skipped(coded('1001', `Invalid value '${shown(value)}'. Required of type 'Integer'`));
};

const readValue = (
  { apiName, dataType }: ActivityType['primaryAttribute'],
  value: unknown,
): string => {
  const text = textOf(value);
  if (text !== undefined && isStorable(dataType, null, text)) return text;
  throw new Skipped(badValue(apiName, shown(value)));
};

const readAttributes = (given: unknown, { attributes }: ActivityType): Record<string, string> => {
  if (!Array.isArray(given)) throw new Skipped(badValue('attributes', shown(given)));
  if (Buffer.byteLength(JSON.stringify(given)) > rules.attributesBytes) {
    throw new Skipped(coded('1049', 'Failed to Create Activity: Attributes array too long'));
  }
  const entries = (given as readonly unknown[]).map((one): [string, string] => {
    if (!isObject(one)) throw new Skipped(badValue('attributes', shown(one)));
    const { name, apiName = name, value = null } = one;
    const known = attributes.find((attribute) =>
      one['apiName'] === undefined ? attribute.name === name : attribute.apiName === apiName,
    );
    if (known === undefined) throw new Skipped(unknownField(shown(apiName ?? null)));
    return [known.apiName, readValue(known, value)];
  });
  return Object.fromEntries(entries);
};

const readActivity = (given: unknown, simulator: Simulator): Omit<Activity, 'id' | 'at'> => {
  if (!isObject(given)) throw new Skipped(coded('1003', 'Invalid data: a record is an object'));
  const absent = required.find((name) => (given[name] ?? '') === '');
  if (absent !== undefined) throw new Skipped(missing(absent));
  const lead = readInteger(given, 'leadId');
  const typeId = readInteger(given, 'activityTypeId');
  const type = simulator.schema.activityTypes.find(({ id }) => id === typeId);
  if (type === undefined) throw new Skipped(badValue('activityTypeId', String(typeId)));
  const date = shown(given['activityDate']);
  if (!isStorable('datetime', null, date)) throw new Skipped(badValue('activityDate', date));
  const primaryAttributeValue = readValue(type.primaryAttribute, given['primaryAttributeValue']);
  const attributes = readAttributes(given['attributes'], type);
  if (simulator.find('id', String(lead)) === undefined) throw new Skipped(coded('1004'));
  return { lead, date, typeId, primaryAttributeValue, attributes };
};

const leadOf = (
  given: unknown,
  simulator: Simulator,
): { readonly id: number | string; readonly email?: string | null } => {
  const id = isObject(given) ? shown(given['leadId'] ?? null) : '';
  return simulator.find('id', id) ?? { id };
};

interface Entry {
  readonly id?: number;
  readonly marketoGUID?: string;
  readonly status: 'added' | 'skipped';
  readonly errors?: readonly CodedError[];
}

/** Adds one activity; its entry in the answer's `result`. */
const add = (given: unknown, simulator: Simulator): Entry => {
  try {
    const { id } = simulator.addActivity(readActivity(given, simulator));
    return { id, marketoGUID: String(id), status: 'added' };
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    return { status: 'skipped', errors: [error.error] };
  }
};

/** Add Custom Activities: `POST /rest/v1/activities/external.json` */
export const addActivities: Operation = async (simulator, turn, request) => {
  const input = readInput(readBody(request), rules.recordsPerCall);
  const leads = input.map((given) => leadOf(given, simulator));
  turn.concerns(leads);
  const result = await turn.unlocked((take) =>
    input.map((given, place): Entry => {
      const lead = leads[place];
      const failing = take(() => ({ id: Number(lead?.id), email: lead?.email }));
      if (failing === undefined) return add(given, simulator);
      if (failing.after === true) add(given, simulator);
      return { status: 'skipped', errors: errorsOf(wordsOf(failing)) };
    }),
  );
  turn.results(result.map(({ status }) => (status === 'added' ? 'ADDED' : 'FAILED')));
  return { result };
};

/** Marketo's own type of the visits that Munchkin records; no call can add one. */
const visitType = {
  id: 1,
  name: 'Visit Webpage',
  description: 'User visits a web page',
  primaryAttribute: { name: 'Webpage ID', dataType: 'integer' },
  attributes: [
    { name: 'Query Parameters', dataType: 'string' },
    { name: 'Referrer URL', dataType: 'string' },
    { name: 'Webpage URL', dataType: 'string' },
  ],
};

/** Get Activity Types: `GET /rest/v1/activities/types.json` */
export const getActivityTypes: Operation = async (simulator, turn) => ({
  result: await turn.unlocked(() => [visitType, ...simulator.schema.activityTypes]),
});
