import { noSuchField } from '../lead/failUpdate.ts';
import type { Objection } from '../lead/leaveOut.ts';
import { bytesOf } from '../lead/itemSize.ts';
import type { FieldValue } from '../lead/leadTypes.ts';
import { without } from '../lead/without.ts';
import type { Described } from '../marketo/fieldDescription.ts';
import { describedBy, fieldsIn } from '../marketo/fieldDescription.ts';
import { createFieldResolver } from '../marketo/fieldResolver.ts';
import { userIdField } from '../marketo/fieldsClaims.ts';
import { standardFieldIn } from '../marketo/fieldsNames.ts';
import type { Api } from '../marketo/leadApis.ts';
import { coerce } from '../marketo/fieldTypes.ts';
import type { LeadFields } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';

/** What is known of the fields that leads of this Marketo instance have. */
export interface SchemaState {
  /** Marketo's own description; absent until it has given one. */
  readonly described?: Described;
  /** Names that a sync was refused for, whatever the description says, and when. */
  readonly refusals?: readonly (readonly [name: string, at: EpochMs])[];
  /** When the description was last asked for. */
  readonly askedAt?: EpochMs;
  /** Whether the last question went unanswered. */
  readonly isUnanswered?: true;
  /** Marketo has more fields than can be remembered: refusals teach them instead. */
  readonly isTooMuch?: true;
  /** Whether Marketo refused a field since: its description may be out of date. */
  readonly isDoubted?: true;
}

interface SchemaTiming {
  readonly schemaBelievedMs: number;
  readonly describeRetryMs: number;
}

/** How long after a question Marketo is asked again. */
export const patienceFor = (
  { described, isUnanswered, isDoubted, isTooMuch }: SchemaState,
  { describeRetryMs, schemaBelievedMs }: SchemaTiming,
): number =>
  isUnanswered || isDoubted || (described === undefined && !isTooMuch)
    ? describeRetryMs
    : schemaBelievedMs;

/** The knowledge with these names refused now; the latest of them stay. */
export const withRefused = (
  schemaState: SchemaState,
  names: readonly string[],
  now: EpochMs,
  max: number,
): SchemaState => {
  const others = (schemaState.refusals ?? []).filter(([name]) => !names.includes(name));
  const refusals = [...others, ...names.map((name) => [name, now] as const)].slice(-max);
  return { ...schemaState, refusals, isDoubted: true };
};

/** The knowledge after an answer. A refusal that contradicts it stays, as long as it is believed. */
export const withAnswer = (
  { refusals = [] }: SchemaState,
  fields: LeadFields,
  askedAt: EpochMs,
  isBelieved: (at: EpochMs) => boolean,
): SchemaState => {
  const stay = refusals.filter(([name, at]) => fields.has(name) && isBelieved(at));
  return {
    described: describedBy(fields),
    askedAt,
    ...(stay.length > 0 && { refusals: stay }),
  };
};

/** What fits into an item of the table: refusals can be learned anew, and so can the description. */
export const withinItem = (schemaState: SchemaState, itemBytes: number): SchemaState => {
  if (bytesOf(schemaState) <= itemBytes) return schemaState;
  const bare = without(schemaState, 'refusals');
  return bytesOf(bare) <= itemBytes ? bare : { ...without(bare, 'described'), isTooMuch: true };
};

/** How a value has to look for its field, or why it cannot go there. */
export type Validator = (name: string, value: FieldValue) => { value: FieldValue } | Objection;

/** The field that is meant by a name; the name itself where the description has none. */
export const namedBy = ({ described }: SchemaState): ((name: string) => string) => {
  if (described === undefined) return (name) => name;
  const { find } = createFieldResolver(fieldsIn(described));
  return (name) => find(name) ?? name;
};

const notDescribed: Objection = {
  because: 'Marketo has not said yet which fields it has; only standard fields go until then',
  isNotYet: true,
};

/**
 * Judges values by what is known. The e-mail is no attribute: every lead has one, described or not.
 * A refusal is believed as long as a description is. Without a description only the API's standard
 * fields pass, since one unknown field would cost the whole lead.
 */
export const validatorBy = (
  schemaState: SchemaState,
  isBelieved: (at: EpochMs) => boolean,
  api: Api,
): Validator => {
  const types = schemaState.described && fieldsIn(schemaState.described);
  const refused = new Map(schemaState.refusals);
  const isUnknown = (name: string): boolean => {
    const refusedAt = refused.get(name);
    return (refusedAt !== undefined && isBelieved(refusedAt)) || types?.has(name) === false;
  };
  return (name, value) => {
    if (name === 'Email') return { value };
    const optional = name === userIdField ? { isOptional: true as const } : {};
    if (isUnknown(name)) return { because: noSuchField, isUnknown: true, ...optional };
    if (types === undefined && schemaState.isTooMuch) return { value };
    const type = types ? types.get(name) : standardFieldIn(name, api);
    return type ? coerce(value, type) : { ...notDescribed, ...optional };
  };
};
