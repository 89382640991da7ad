import type { Target } from '../../../lead/relations.ts';
import type { ActivityVerdict, FieldValue } from '../../marketoTypes.ts';
import type { RestRequest } from '../restCaller.ts';
import type { ApiError } from '../apiErrors.ts';

/** A relation of one lead, as a request carries it. */
export interface Going {
  /** Marketo's id of the lead; of a company 0. */
  readonly id: number;
  /** Of a company: its `externalCompanyId`. */
  readonly company?: string;
  readonly target: Target;
  readonly value: FieldValue;
}

/** Whose a relation is, within a request. */
export const subjectOf = ({ id, company }: Pick<Going, 'id' | 'company'>): string =>
  company === undefined ? String(id) : `company ${company}`;

/** The relations of each lead or company, in the order in which they come. */
export const bySubject = (group: readonly Going[]): readonly (readonly Going[])[] => [
  ...Map.groupBy(group, subjectOf).values(),
];

/** How one kind of relation goes to Marketo over REST. */
export interface RelationRow {
  /** Most leads of one request (Adobe). */
  readonly leadsPerRequest: number;
  /** Each relation is a request of its own: of one lead in a group, one goes at a time. */
  readonly isEachOnce?: true;
  /** It writes the lead's record, so that it goes with no other request that does. */
  readonly writesRecord?: true;
  /** Relations with the same text share a request; those of one lead in a group go in one record. */
  readonly groupOf: (one: Pick<Going, 'target' | 'value'>) => string;
  /** The request for relations of one group; at least one. */
  readonly request: (group: readonly [Going, ...Going[]]) => RestRequest;
  /** What became of each, in their order; `undefined`: the result is none that we can read. */
  readonly answers: (
    group: readonly Going[],
    result: readonly unknown[],
  ) => readonly ActivityVerdict[] | undefined;
  /** What the refusal of a whole request is about, where it is what the relation is to. */
  readonly refusal: (apiErrors: readonly ApiError[]) => string | undefined;
}
