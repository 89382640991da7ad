import { callLimits, indexLimits, syncTiming } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import type { Dice } from './dice.ts';
import { createDice } from './dice.ts';
import type { Rates } from './faults.ts';
import { everywhere } from './faults.ts';
import type { RelationsOf } from './relationNames.ts';
import { relationKinds } from './relationNames.ts';

const minuteMs = 60_000;
export const hoursMs = (hours: number): number => hours * 60 * minuteMs;

/** Faults strike for so long after the last event. */
const afterInputMs = 3 * minuteMs;

/** 23:54 in Chicago, where Marketo's day ends. */
const shortBeforeMidnight = noon + hoursMs(17.9);

/** What sets one world apart from another. */
export interface Character {
  readonly startsAt: number;
  readonly events: number;
  /** The numbers of events that are left out. */
  readonly skipped: readonly number[];
  readonly inputMs: number;
  /** Faults strike until then, counted from the start. */
  readonly stormMs: number;
  readonly people: number;
  readonly syncWorkers: number;
  /** How far each machine's clock may be off, either way. */
  readonly skewMs: number;
  readonly rates: Rates;
  /** The longest that a slow port call takes. */
  readonly slowestMs: number;
  readonly api: 'rest' | 'soap';
  readonly callLimits: {
    readonly perWindow: number;
    readonly windowMs: number;
    readonly dailyCalls: number;
  };
  readonly isQuotaShort: boolean;
  /** The longest that Marketo usually works on a call. */
  readonly worksForMs: number;
  /** Whether Marketo says which fields it has; `wrongly`: it names some that calls are refused for. */
  readonly describes: 'always' | 'wrongly' | 'sometimes';
  /** Epoch ms between which it is down. */
  readonly down: { readonly from: number; readonly to: number } | undefined;
  /** The first of the people is one whom Marketo never takes. */
  readonly hasPoison: boolean;
  /** What Marketo refuses it refuses record by record, not the call. */
  readonly answersEach: boolean;
  readonly unknownFields: 'skip' | 'fail';
  /** Some tracks become custom activities. */
  readonly hasActivities: boolean;
  /** Which tracks go out at all. */
  readonly tracks: 'all' | 'mapped';
  /** Some users are deleted. */
  readonly hasDeletes: boolean;
  /** What a new e-mail of a known person does. */
  readonly emailChange: 'rename' | 'newLead';
  /** Whether people have several e-mails, and who names the later ones: events with a userId, or any. */
  readonly newEmails: 'none' | 'of users' | 'of all';
  /** Some events come from servers. */
  readonly hasServers: boolean;
  /** Which of several leads with one e-mail is updated over REST. */
  readonly duplicates: 'newest' | 'oldest' | 'refuse';
  /** Some fields go out only where their source says something new. */
  readonly hasSentOnce: boolean;
  readonly resendUnchangedAfterMs: number;
  /** What the mapping has beside fields and activities, and how many events there are of it; over REST only. */
  readonly relations: readonly RelationsOf[];
  readonly relationEvents: number;
  readonly holdMs: number;
  /** The longest that the index of what is due lags behind the table. */
  readonly indexLagMs: number;
  /** Of the index; more of them only make looks longer. */
  readonly shards: number;
  /** Other luck with the same events. */
  readonly luck: number;
}

/** Fewer calls than a world makes. */
const shortQuota = ({ people }: Size): number => 20 + 3 * people;

const described = ['always', 'wrongly', 'sometimes'] as const;

const newEmails = ['none', 'of users', 'of users', 'of all'] as const;

const duplicates = ['newest', 'newest', 'oldest', 'refuse'] as const;

/** Nobody else does anything to a lead in Marketo. */
const alone = { leadDeletions: 0, leadMerges: 0, leadDuplicates: 0 } satisfies Partial<Rates>;

const shardCounts = [1, 1, 1, 2, 2, 3] as const;

const workerCounts = [1, 2, 2, 3, 3, syncTiming.maximumConcurrency] as const;

type Size = Pick<Character, 'events' | 'people' | 'inputMs'>;

/** Most worlds are small: those find most, and cost little. */
const sizeOf = ({ next, whole }: Dice): Size => {
  const size = next();
  if (size < 0.6) return { events: 4 + whole(9), people: 1 + whole(2), inputMs: 2 * minuteMs };
  if (size < 0.9) return { events: 13 + whole(28), people: 2 + whole(3), inputMs: 4 * minuteMs };
  if (size < 0.98) return { events: 80 + whole(60), people: 3 + whole(4), inputMs: 9 * minuteMs };
  return { events: 150 + whole(100), people: 30 + whole(30), inputMs: 6 * minuteMs };
};

const hour = hoursMs(1);

/** Minutes mostly, hours now and then, days rarely. */
const outageMs = ({ next, upTo }: Dice): number => {
  const length = next();
  if (length < 0.7) return minuteMs + upTo(20 * minuteMs);
  return length < 0.95 ? hour + upTo(5 * hour) : 24 * hour + upTo(48 * hour);
};

const ratesOf = ({ chance, whole }: Dice): Rates => {
  const strength = [0, 0.5, 1, 1, 3][whole(5)] ?? 1;
  const rates = Object.fromEntries(
    Object.entries(everywhere).map(([name, rate]) => [name, Math.min(0.5, strength * rate)]),
  ) as unknown as Rates;
  return {
    ...rates,
    // The schedule needs no tick but the scheduled one, and no index of this moment.
    ...(chance(0.4) && { lostTicks: 1 }),
    ...(chance(0.3) && { staleIndexes: 0.5 }),
    ...(chance(0.08) && { throttled: 0.5 }),
    ...(!chance(0.4) && alone),
    otherWrites: chance(0.4) ? 0.2 : 0,
  };
};

/**
 * What has come to characters later has a stream of its own, so that all else that a seed gives stays what
 * it was.
 */
const relationsOf = (seed: number, { events }: Size, api: Character['api']) => {
  const { chance, upTo } = createDice(Math.imul(seed, 0x5bd1e995));
  const relations = relationKinds.filter(() => chance(0.6));
  const hasNone = chance(0.45) || api === 'soap' || relations.length === 0;
  const relationEvents = Math.ceil(events * (0.3 + upTo(0.7)));
  return hasNone ? { relations: [], relationEvents: 0 } : { relations, relationEvents };
};

/** The character that a seed gives. */
export const naturalCharacter = (seed: number): Character => {
  const dice = createDice(Math.imul(seed, 0x2c1b3c6d));
  const { chance, upTo, whole } = dice;
  const size = sizeOf(dice);
  const rates = ratesOf(dice);
  const api = chance(0.55) ? 'rest' : 'soap';
  const isQuotaShort = chance(0.08);
  const startsAt = isQuotaShort ? shortBeforeMidnight : noon;
  const stormMs = size.inputMs + afterInputMs;
  const from = startsAt + upTo(size.inputMs);
  const down = chance(0.15) ? { from, to: from + outageMs(dice) } : undefined;
  const hasDeletes = chance(0.35);
  const isLongStorm = down !== undefined && chance(0.5);
  return {
    startsAt,
    ...size,
    skipped: [],
    stormMs: isLongStorm ? Math.max(stormMs, down.to - startsAt + afterInputMs) : stormMs,
    syncWorkers: workerCounts[whole(workerCounts.length)] ?? 1,
    skewMs: chance(0.2) ? 0 : 1_000,
    rates,
    slowestMs: chance(0.1) ? 20_000 : 5_000,
    api,
    callLimits: {
      ...callLimits[api],
      ...(chance(0.2) && { perWindow: api === 'rest' ? 2 : 1 }),
      ...(isQuotaShort && { dailyCalls: shortQuota(size) }),
    },
    isQuotaShort,
    worksForMs: chance(0.2) ? 90_000 : 20_000,
    // Asking again and again would use up a short quota.
    describes: isQuotaShort ? 'always' : (described[whole(3)] ?? 'always'),
    down,
    hasPoison: chance(0.2),
    answersEach: api === 'rest' && chance(0.5),
    unknownFields: chance(0.15) ? 'fail' : 'skip',
    // Over SOAP the settings refuse them.
    hasActivities: api === 'rest' && chance(0.7),
    tracks: chance(0.3) ? 'mapped' : 'all',
    hasDeletes,
    holdMs: chance(0.15) ? 5 * minuteMs : hoursMs(30 * 24),
    indexLagMs: chance(0.1) ? 30_000 : 3_000,
    shards: chance(0.05) ? indexLimits.shards : (shardCounts[whole(shardCounts.length)] ?? 1),
    luck: 0,
    emailChange: chance(0.75) && !hasDeletes ? 'rename' : 'newLead',
    newEmails: (!hasDeletes && newEmails[whole(newEmails.length)]) || 'none',
    hasServers: !hasDeletes && chance(0.5),
    duplicates: duplicates[whole(duplicates.length)] ?? 'newest',
    hasSentOnce: chance(0.5),
    resendUnchangedAfterMs: chance(0.4) ? minuteMs : hoursMs(24),
    ...relationsOf(seed, size, api),
  };
};
