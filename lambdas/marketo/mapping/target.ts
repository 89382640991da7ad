import type * as z from 'zod/mini';
import type { Activity, Incoming } from '../../lead/leadTypes.ts';
import type { Claim, UnmappedTrait } from '../fieldsRules.ts';
import type { When } from './conditions.ts';
import type { ForChecking } from './described.ts';
import type { EventView } from './paths.ts';
import type { Source } from './sources.ts';

/** What an event says of a company. */
export interface Company {
  /** Its `externalCompanyId`. */
  readonly id: string;
  /** By the names of their registers. */
  readonly incoming: readonly Omit<Incoming, 'order'>[];
}

/** What rules can do, by kind. A kind without a consumer in `normalize` does not compile. */
interface EffectKinds {
  /** A value for a lead field; the first rule whose value Marketo can take fills the field. */
  field: Omit<Claim, 'near' | 'exact'>;
  activity: Activity;
  /** A register that is no field: a membership, or the partition, by its name. */
  relation: Omit<Incoming, 'order'>;
  company: Company;
  /** The event is a visit, though another rule would make something else of it. */
  visit: true;
  /** Nothing of the event goes out. */
  nothing: true;
}

type EffectKind = keyof EffectKinds;

/** What one rule does with one event. */
export type Effect = {
  [K in EffectKind]: {
    readonly kind: K;
    /** Of one event, only the first rule fills a slot; absent: the kind decides by itself. */
    readonly slot?: string;
    readonly does: EffectKinds[K];
  };
}[EffectKind];

/** What a target makes of an event: effects, what has no usable value, and why there is nothing. */
export interface Made {
  readonly effects: readonly Effect[];
  readonly leftOut?: readonly UnmappedTrait[];
  /** Why the rule does nothing with this event. */
  readonly dropped?: string;
  /** Traits that this rule sends, so that they do not go by their names as well. */
  readonly takes?: readonly string[];
}

/** One value of a rule: where it stands in the rule, and where it comes from. */
interface Valued {
  readonly at: readonly PropertyKey[];
  readonly source: Source;
}

/** What every rule may say beside what it does. */
export interface RuleBase {
  readonly name?: string | undefined;
  readonly when?: When | undefined;
}

/**
 * Something that an event can become. A new one is a file in `targets/` and a row in `targets.ts`.
 * `Own` is what its rules say beside `name`, `when` and `to`.
 */
export interface Target<Own extends object = object> {
  /** For people: what becomes of the event. */
  readonly description: string;
  /** What its rules say, as schemas by key. */
  readonly shape: ForChecking<{ readonly [K in keyof Own]-?: z.ZodMiniType<Own[K]> }>;
  /** Marketo's SOAP API has nothing like it. */
  readonly isRestOnly: boolean;
  /** Whether a track or page that goes here is no visit, unless a rule says so. */
  readonly replacesVisit: boolean;
  /** What only the first of an event’s rules fills, by name for people. */
  readonly slots: (rule: Own) => readonly Slot[];
  /** Values of the rule, so that their paths can be checked. */
  readonly values: (rule: Own) => readonly Valued[];
  /** What is wrong with a rule that its schema lets through. */
  readonly problems?: (rule: Own) => readonly RuleProblem[];
  /** A rule, made ready once for all events. `label` names the rule. */
  readonly compile: (rule: Own, label: string) => (view: EventView) => Made;
}

interface Slot {
  readonly slot: string;
  readonly at: readonly PropertyKey[];
  /** Finishes the sentence "… fills". */
  readonly what: string;
}

/** What is wrong at a place of a rule, and what to do. */
export interface RuleProblem {
  readonly at: readonly PropertyKey[];
  readonly wrong: string;
  readonly remedy: string;
  /** Version 0.1 let it pass: what its settings say is not refused for it. */
  readonly isNew?: true;
}
