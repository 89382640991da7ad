import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

/** How often each fault strikes: the probability for each opportunity. */
export interface Rates {
  /** A port call fails before it did anything. */
  readonly thrownBefore: number;
  /** A port call does everything and fails all the same. */
  readonly thrownAfter: number;
  /** A port call takes seconds. */
  readonly slow: number;
  /** A write lands, its answer is lost, and the SDK writes again. */
  readonly lostResponses: number;
  /** The index of what is due answers what it knew some time ago. */
  readonly staleIndexes: number;
  /** DynamoDB leaves a key of a batch read for another time. */
  readonly unprocessedKeys: number;
  /** A tick that was taken never comes; the scheduled one always does. */
  readonly lostTicks: number;
  /** A message comes once more although it was acknowledged, or was sent twice. */
  readonly duplicates: number;
  /** A worker dies in the middle of a turn. */
  readonly kills: number;
  /** Marketo refuses a call before it works on it. */
  readonly throttled: number;
  /** Marketo works on a call for up to 90 s, does it or not, and nothing is heard of it any more. */
  readonly timeouts: number;
  /** The same, and the connection breaks when the answer should come. */
  readonly lostAnswers: number;
  /** The same, and the connection breaks while Marketo still works. */
  readonly brokenConnections: number;
  /** Marketo works on a call, does it or not, and says that it failed. */
  readonly failures: number;
  /** Marketo does nothing and asks to try again a bounded number of times. */
  readonly boundedFailures: number;
  /** Marketo fails one lead of a call. */
  readonly leadFailures: number;
  /** Marketo adds the activities of a call or does not, and answers that for none of them. */
  readonly activityFailures: number;
  /** Marketo answers for one activity that it failed, a bounded number of times. */
  readonly failedActivities: number;
  /** Marketo says that it has no lead of this id any more. */
  readonly goneLeads: number;
  /** Marketo does what a request of relations asks or does not, and answers that it failed. */
  readonly relationFailures: number;
  /** Marketo answers for one lead of such a request that it failed, a bounded number of times. */
  readonly failedRelations: number;
  /** Munchkin fails a visit, before or after taking it. */
  readonly visitFailures: number;
  /** Somebody deletes a lead in Marketo; of these four, every 10 s is an opportunity. */
  readonly leadDeletions: number;
  /** Somebody merges two leads in Marketo. */
  readonly leadMerges: number;
  /** Somebody makes a second lead with an e-mail that one has. */
  readonly leadDuplicates: number;
  /** Another system changes a field of a lead. */
  readonly otherWrites: number;
}

export const everywhere: Rates = {
  thrownBefore: 0.01,
  thrownAfter: 0.01,
  slow: 0.01,
  lostResponses: 0.02,
  staleIndexes: 0.05,
  unprocessedKeys: 0.01,
  lostTicks: 0.03,
  duplicates: 0.05,
  kills: 0.06,
  throttled: 0.03,
  timeouts: 0.03,
  lostAnswers: 0.02,
  brokenConnections: 0.02,
  failures: 0.05,
  boundedFailures: 0.03,
  leadFailures: 0.02,
  activityFailures: 0.05,
  failedActivities: 0.03,
  goneLeads: 0.05,
  relationFailures: 0.05,
  failedRelations: 0.03,
  visitFailures: 0.15,
  leadDeletions: 0.03,
  leadMerges: 0.03,
  leadDuplicates: 0.03,
  otherWrites: 0.1,
};

/** One port call takes up to this, and rarely seconds. */
const usualMs = 40;

export interface Faults {
  /** Those that struck at least once. */
  readonly struck: ReadonlySet<keyof Rates>;
  /** Whether this fault strikes now; never again after `calm`. */
  readonly strikes: (fault: keyof Rates) => boolean;
  readonly calm: () => void;
  readonly lag: (most?: number) => Promise<void>;
  /** A port call over a network: it takes time, and may fail on either side of its effect. */
  readonly call: <T>(effect: () => T | Promise<T>) => Promise<T>;
}

const notDone = 'NotDone';
const doneButFailed = 'DoneButFailed';

/** An error as an SDK would throw it; its name is all that reaches a log. */
const thrown = (name: string): Error => Object.assign(new Error(name), { name });

/** What a port throws that was made to. */
export const injected = (): Error => thrown(doneButFailed);

/** Whether an error of this name is one of these faults. */
export const isInjected = (name: unknown): boolean => name === notDone || name === doneButFailed;

interface FaultPorts {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly rates: Rates;
  /** The longest that a slow port call takes. */
  readonly slowestMs: number;
}

export const createFaults = ({ scheduler, dice, rates, slowestMs }: FaultPorts): Faults => {
  let isCalm = false;
  const struck = new Set<keyof Rates>();
  const strikes = (fault: keyof Rates): boolean => {
    if (isCalm || !dice.chance(rates[fault])) return false;
    struck.add(fault);
    return true;
  };
  const lag = (most = usualMs): Promise<void> => scheduler.sleep(dice.upTo(most));
  return {
    struck,
    strikes,
    calm: () => {
      isCalm = true;
    },
    lag,
    call: async (effect) => {
      await lag(strikes('slow') ? slowestMs : usualMs);
      if (strikes('thrownBefore')) throw thrown(notDone);
      const result = await effect();
      if (strikes('thrownAfter')) throw thrown(doneButFailed);
      // When nothing fails any more, an answer that comes at once tells as much in half the time.
      if (!isCalm) await lag();
      return result;
    },
  };
};
