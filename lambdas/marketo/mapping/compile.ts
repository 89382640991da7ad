import type { Activity, Incoming } from '../../lead/leadTypes.ts';
import { rememberedLooseKey as looseKey } from '../../segment/looseKeyMemo.ts';
import type { QueuedEvent } from '../../segment/event.ts';
import type { Claim, UnmappedTrait } from '../fieldsRules.ts';
import { compileConditions, eventsOf, mappedTypes, typesOf } from './conditions.ts';
import type { MappedType } from './conditions.ts';
import { EventView } from './paths.ts';
import type { Mapping } from './mapping.ts';
import type { Rule } from './mappingSchema.ts';
import { targetNamed } from './targets.ts';
import type { Company, Effect, Made } from './target.ts';

export type MappingRules = Pick<Mapping, 'events' | 'rules'>;

/** What became of a rule that is for the type and name of an event. */
interface RuleTrace {
  /** Its place in the mapping. */
  readonly index: number;
  readonly outcome: 'acted' | 'condition' | 'taken' | 'empty' | 'overruled';
  /** For people: the path of the condition, or why nothing came of it. Holds no values. */
  readonly because?: string;
}

/** What the rules make of one event. */
export interface Mapped {
  /** Values for fields, in the order of their rules. */
  readonly claims: readonly Claim[];
  /** Traits that rules send, loosely spelled. */
  readonly takes: ReadonlySet<string>;
  readonly activity?: Activity;
  /** Memberships, by the names of their registers. */
  readonly relations: readonly Omit<Incoming, 'order'>[];
  readonly company?: Company;
  /** The rule that made the activity. */
  readonly activityBy?: number;
  /** Whether the event is a visit, if the settings allow it. */
  readonly visits: boolean;
  /** Whether the traits of an identify go by the built-in rules. */
  readonly isDropped: boolean;
  /** Values of an activity that cannot go, and why. */
  readonly leftOut: readonly UnmappedTrait[];
  /** Why there is no activity, or nothing at all. */
  readonly dropped?: string;
  readonly traces: readonly RuleTrace[];
}

interface Ready {
  readonly index: number;
  readonly rule: Rule;
  readonly replacesVisit: boolean;
  readonly unmet: ReturnType<typeof compileConditions>;
  readonly make: (view: EventView) => Made;
}

/** What people call a rule. */
export const labelOfRule = ({ name, when }: Rule, index: number): string => {
  const [event] = eventsOf(when);
  return name ?? `rule ${index + 1}${event === undefined ? '' : ` (${event})`}`;
};

const readied = (rule: Rule, index: number): Ready => {
  const target = targetNamed(rule.to);
  return {
    index,
    rule,
    replacesVisit: target.replacesVisit,
    unmet: compileConditions(rule.when),
    // The schema has checked the rule by the row that compiles it.
    make: target.compile(rule as never, labelOfRule(rule, index)),
  };
};

/** The rules of one call type: those for all names, and with those for one name, in their order. */
interface Candidates {
  readonly always: readonly Ready[];
  readonly named: ReadonlyMap<string, readonly Ready[]>;
}

const candidatesOf = (rules: readonly Ready[], type: MappedType): Candidates => {
  const own = rules.filter(({ rule }) => typesOf(rule.when).includes(type));
  const names = new Set(own.flatMap(({ rule }) => eventsOf(rule.when).map(looseKey)));
  const isFor = ({ rule }: Ready, name?: string): boolean => {
    const wanted = eventsOf(rule.when);
    return wanted.length === 0 || wanted.some((one) => looseKey(one) === name);
  };
  return {
    always: own.filter((one) => isFor(one)),
    named: new Map([...names].map((name) => [name, own.filter((one) => isFor(one, name))])),
  };
};

const noTakes: ReadonlySet<string> = new Set();
const untouched: Mapped = {
  claims: [],
  takes: noTakes,
  relations: [],
  visits: true,
  isDropped: false,
  leftOut: [],
  traces: [],
};

/**
 * What happens to an event that has rules; the first rule fills a slot. `isVisitAsked`: it is a visit only
 * where a rule says so.
 */
const run = (
  ready: readonly Ready[],
  event: QueuedEvent,
  isVisitAsked: boolean,
): Mapped & { isMapped: boolean } => {
  const view = new EventView(event);
  const claims: Claim[] = [];
  const takes = new Set<string>();
  const leftOut: UnmappedTrait[] = [];
  const relations: Omit<Incoming, 'order'>[] = [];
  const traces: RuleTrace[] = [];
  const slots = new Map<string, number>();
  const dropped: string[] = [];
  const done: Pick<Mapped, 'activity' | 'activityBy'>[] = [];
  let company: Company | undefined;
  let replaced = isVisitAsked;
  let drop: number | undefined;
  let isMapped = false;

  const take = (effect: Effect, index: number): void => {
    switch (effect.kind) {
      case 'field':
        claims.push({ ...effect.does, near: 'mapped by a rule', exact: true, rule: index });
        return;
      case 'activity':
        done.push({ activity: effect.does, activityBy: index });
        return;
      case 'relation':
        relations.push(effect.does);
        return;
      case 'company':
        company = effect.does;
        return;
      case 'visit':
        // Its slot says it all.
        return;
      case 'nothing':
        drop ??= index;
    }
  };

  for (const { index, replacesVisit, unmet, make } of ready) {
    const path = unmet?.(view);
    if (path !== undefined) {
      traces.push({ index, outcome: 'condition', because: path });
      continue;
    }
    isMapped = true;
    replaced ||= replacesVisit;
    const made = make(view);
    for (const trait of made.takes ?? []) takes.add(trait);
    if (made.dropped !== undefined) dropped.push(made.dropped);
    const free = made.effects.filter(({ slot }) => slot === undefined || !slots.has(slot));
    for (const effect of free) {
      if (effect.slot !== undefined) slots.set(effect.slot, index);
      take(effect, index);
    }
    if (free.length > 0) {
      leftOut.push(...(made.leftOut ?? []));
      traces.push({ index, outcome: 'acted' });
    } else if (made.effects.length > 0) {
      const by = slots.get(made.effects[0]?.slot ?? '') ?? 0;
      traces.push({ index, outcome: 'taken', because: `rule ${by + 1} comes first` });
    } else {
      const because = made.dropped ?? 'the event has none of its values';
      traces.push({ index, outcome: 'empty', because });
    }
  }

  if (drop !== undefined) {
    const by = ready.find(({ index }) => index === drop);
    const label = by === undefined ? '' : labelOfRule(by.rule, by.index);
    return {
      ...untouched,
      visits: false,
      isDropped: true,
      dropped: `the mapping sends this event nowhere (${label})`,
      isMapped,
      traces: traces.map((trace) =>
        trace.outcome === 'acted' && trace.index !== drop
          ? { index: trace.index, outcome: 'overruled', because: `${label} sends it nowhere` }
          : trace,
      ),
    };
  }
  return {
    claims,
    takes,
    relations,
    ...(company && { company }),
    ...done[0],
    visits: slots.has('visit') || !replaced,
    isDropped: false,
    leftOut,
    ...(done.length === 0 && dropped[0] !== undefined && { dropped: dropped[0] }),
    isMapped,
    traces,
  };
};

const noTracks: Mapped = {
  ...untouched,
  visits: false,
  dropped: 'no tracks go out (events: none in the mapping)',
};
const noGroup: Mapped = {
  ...untouched,
  visits: false,
  dropped: 'no rule of the mapping is for group calls',
};
const notMapped = 'no rule of the mapping is for this event (events: mapped)';

const compile = ({ events, rules }: MappingRules): ((event: QueuedEvent) => Mapped) => {
  const ready = rules.map(readied);
  const byType = new Map(mappedTypes.map((type) => [type as string, candidatesOf(ready, type)]));
  return (event) => {
    if (event.type === 'track' && events === 'none') return noTracks;
    const candidates = byType.get(event.type);
    if (candidates === undefined) return untouched;
    const { always, named } = candidates;
    const own = (event.event !== undefined && named.get(looseKey(event.event))) || always;
    const isLeft = event.type === 'track' && events === 'mapped';
    if (own.length === 0 && event.type === 'group') return noGroup;
    if (own.length === 0 && !isLeft) return untouched;
    const { isMapped, ...mapped } = run(own, event, isLeft);
    return isLeft && !isMapped
      ? { ...untouched, visits: false, dropped: notMapped, traces: mapped.traces }
      : mapped;
  };
};

const compiled = new WeakMap<readonly Rule[], Map<string, (event: QueuedEvent) => Mapped>>();

/**
 * What the mapping's rules make of events, made ready once for the same rules. Pure; never throws for
 * JSON.
 */
export const mapperBy = ({ events, rules }: MappingRules): ((event: QueuedEvent) => Mapped) => {
  const known = compiled.get(rules) ?? new Map<string, (event: QueuedEvent) => Mapped>();
  compiled.set(rules, known);
  const found = known.get(events);
  if (found !== undefined) return found;
  const mapper = compile({ events, rules });
  known.set(events, mapper);
  return mapper;
};
