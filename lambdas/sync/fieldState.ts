import { noSuchField } from '../lead/failUpdate.ts';
import type { Objection } from '../lead/leaveOut.ts';
import { bytesOf } from '../lead/limits.ts';
import type { FieldValue } from '../lead/types.ts';
import { without } from '../lead/without.ts';
import type { FieldType } from '../marketo/fieldTypes.ts';
import { fitting } from '../marketo/fieldTypes.ts';
import type { LeadFields } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';

/** Names of fields under what they have in common, so that 2,000 of them fit into one item. */
type Described = readonly (readonly [FieldType, readonly string[]])[];

/** What is known of the fields that leads of this Marketo instance have. */
export interface Knowledge {
  /** Marketo's own description; absent until it has given one. */
  readonly described?: Described;
  /** Names that a sync was refused for, whatever the description says, and when. */
  readonly refusals?: readonly (readonly [name: string, at: EpochMs])[];
  /** When the description was last asked for. */
  readonly askedAt?: EpochMs;
  /** Whether the last question went unanswered. */
  readonly isUnanswered?: true;
  /** Whether Marketo refused a field since: its description may be out of date. */
  readonly isDoubted?: true;
}

interface KnowledgeTiming {
  readonly fieldKnowledgeMs: number;
  readonly fieldQuestionRetryMs: number;
}

/** How long after a question Marketo is asked again. */
export const patienceFor = (
  { isUnanswered, isDoubted }: Knowledge,
  { fieldQuestionRetryMs, fieldKnowledgeMs }: KnowledgeTiming,
): number => (isUnanswered || isDoubted ? fieldQuestionRetryMs : fieldKnowledgeMs);

/** A description as it is stored. */
const describedBy = (fields: LeadFields): Described => {
  const groups = Map.groupBy(fields, ([, type]) => JSON.stringify(type));
  return [...groups.values()].flatMap((group) => {
    const [, type] = group[0] ?? [];
    return type ? [[type, group.map(([name]) => name).sort()] as const] : [];
  });
};

/** The knowledge with these names refused now; the latest of them stay. */
export const withRefused = (
  knowledge: Knowledge,
  names: readonly string[],
  now: EpochMs,
  most: number,
): Knowledge => {
  const others = (knowledge.refusals ?? []).filter(([name]) => !names.includes(name));
  const refusals = [...others, ...names.map((name) => [name, now] as const)].slice(-most);
  return { ...knowledge, refusals, isDoubted: true };
};

/** The knowledge after an answer. A refusal that contradicts it stays, as long as it is believed. */
export const withAnswer = (
  { refusals = [] }: Knowledge,
  fields: LeadFields,
  askedAt: EpochMs,
  isBelieved: (at: EpochMs) => boolean,
): Knowledge => {
  const stay = refusals.filter(([name, at]) => fields.has(name) && isBelieved(at));
  return {
    described: describedBy(fields),
    askedAt,
    ...(stay.length > 0 && { refusals: stay }),
  };
};

/** What fits into an item of the table: refusals can be learned anew, and so can the description. */
export const withinItem = (knowledge: Knowledge, itemBytes: number): Knowledge => {
  if (bytesOf(knowledge) <= itemBytes) return knowledge;
  const bare = without(knowledge, 'refusals');
  return bytesOf(bare) <= itemBytes ? bare : without(bare, 'described');
};

/** How a value has to look for its field, or why it cannot go there. */
export type Judge = (name: string, value: FieldValue) => { value: FieldValue } | Objection;

/**
 * Judges values by what is known. The e-mail is no attribute: every lead has one, described or not.
 * A refusal is believed as long as a description is.
 */
export const judgeBy = (
  { described, refusals = [] }: Knowledge,
  isBelieved: (at: EpochMs) => boolean,
): Judge => {
  const types = described && new Map(described.flatMap(typesIn));
  const refused = new Map(refusals);
  const isUnknown = (name: string): boolean => {
    const refusedAt = refused.get(name);
    return (refusedAt !== undefined && isBelieved(refusedAt)) || types?.has(name) === false;
  };
  return (name, value) => {
    if (name === 'Email') return { value };
    if (isUnknown(name)) return { because: noSuchField, isUnknown: true };
    const type = types?.get(name);
    return type ? fitting(value, type) : { value };
  };
};

const typesIn = ([type, names]: Described[number]) => names.map((name) => [name, type] as const);
