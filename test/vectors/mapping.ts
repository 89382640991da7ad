import { readFileSync } from 'node:fs';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Settings } from '../../lambdas/settings.ts';
import type { FieldRules } from '../../lambdas/marketo/eventFields.ts';
import type { VisitRules } from '../../lambdas/marketo/visitRules.ts';
import type { Activity, FieldValue, Visit } from '../../lambdas/marketo/marketoTypes.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

/** A rule of the mapping with one example: what comes in, what goes out, and why we know. */
interface Case {
  readonly rule: string;
  readonly from: string;
}
export interface FieldCase extends Case {
  readonly event: Partial<QueuedEvent>;
  readonly rules?: Partial<Omit<FieldRules, 'described'>>;
  /** Names of the fields that Marketo describes, of type string; absent: it has described none. */
  readonly described?: readonly string[];
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Trait → reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
}
export interface VisitCase extends Case {
  readonly event: Partial<QueuedEvent>;
  readonly visit?: Partial<Visit>;
  readonly dropped?: string;
}
export interface VisitRuleCase extends Case {
  readonly event: Partial<QueuedEvent>;
  /** Absent: the defaults. */
  readonly visits?: Partial<VisitRules['visits']>;
  /** Absent: it is a visit. */
  readonly dropped?: string;
}
export interface ActivityCase extends Case {
  readonly event: Partial<QueuedEvent>;
  readonly activities: Settings['activities'];
  /** Absent: all. */
  readonly events?: Settings['events'];
  readonly activity?: Partial<Activity>;
  readonly visits?: true;
  /** Attribute → reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
  readonly dropped?: string;
}
interface WireCase extends Case {
  readonly munchkinId: string;
  readonly visit: Visit;
  readonly query: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

export const fieldVectors = read('fields.json') as {
  readonly groups: readonly { readonly title: string; readonly cases: readonly FieldCase[] }[];
};
export const visitVectors = read('visits.json') as {
  readonly cases: readonly VisitCase[];
  readonly rules: readonly VisitRuleCase[];
  readonly wire: readonly WireCase[];
};

export const activityVectors = read('activities.json') as {
  readonly cases: readonly ActivityCase[];
};

/** The settings' defaults. */
export const defaultRules: FieldRules = { fieldNames: 'segment', fieldMap: {}, nulls: 'skip' };

/** The rules of a case. */
export const rulesOf = ({
  rules,
  described,
}: Pick<FieldCase, 'rules' | 'described'>): FieldRules => ({
  ...defaultRules,
  ...rules,
  ...(described && { described: new Map(described.map((name) => [name, { type: 'string' }])) }),
});

/** An identify, unless `given` says otherwise, with all that a queued event needs. */
export const eventWith = (given: Partial<QueuedEvent>): QueuedEvent => {
  const at = epochMs(1_704_164_645_678);
  return {
    type: 'identify',
    messageId: 'm-1',
    messageHash: 'hash-of-m-1',
    order: sequenceKeyOf(at, at, 0, 'hash-of-m-1'),
    timestamp: at,
    receivedAt: at,
    anonymousId: 'a-1',
    ...given,
  };
};

/** An example of a mapping file's rules. */
export interface RuleCase extends Case {
  readonly event: Partial<QueuedEvent>;
  readonly mapping: Partial<Mapping>;
  readonly fields?: Readonly<Record<string, FieldValue>>;
  readonly activity?: Partial<Activity>;
  /** Memberships by register. */
  readonly relations?: Readonly<Record<string, FieldValue>>;
  /** Values of the company, by API name. */
  readonly company?: Readonly<Record<string, FieldValue>>;
  readonly visits?: boolean;
  /** Trait → reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
  readonly dropped?: string;
}

export const ruleVectors = read('rules.json') as { readonly cases: readonly RuleCase[] };
