import { hasFields, hasWaited, needAt, waitingUntil } from '../lead/mailbox.ts';
import type { LeadId } from '../lead/types.ts';
import type { Clock, DueQueue } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Candidate } from '../sync/candidates.ts';
import { concurrently } from '../concurrently.ts';
import type { SharedLine } from './line.ts';
import type { Store } from '../store/leadStore.ts';

interface PutOffPorts {
  readonly store: Store;
  readonly due: DueQueue;
  readonly line: SharedLine;
  readonly clock: Clock;
  readonly timing: Pick<LeadTiming, 'longestDelayMs' | 'lineMs' | 'lineFrontMs' | 'lineBackMs'>;
}

type OnFailure = (lead: LeadId, error: unknown) => void;

const isWaiting = ({ loaded }: Candidate): boolean => hasWaited(loaded.state);
const saysFields = ({ loaded }: Candidate): boolean => hasFields(loaded.state);

/** Only the sweep lets a lead go before its `wakeAt`. */
const isCalledUp = ({ loaded: { wakeAt, state } }: Candidate): boolean =>
  wakeAt !== undefined && wakeAt > (needAt(state) ?? wakeAt);

/** Lets leads for which no call may go wait in their mailboxes, where every trigger can see it. */
export const createPutOff = ({ store, due, line, clock, timing }: PutOffPorts) => {
  const one = async ({ lead, loaded }: Candidate, until: EpochMs): Promise<void> => {
    if (await store.saveLead(lead, loaded, waitingUntil(loaded.state, until))) return;
    const wait = Math.min(timing.longestDelayMs, until - clock.now());
    await due.send([{ lead, delaySeconds: Math.max(0, Math.ceil(wait / 1_000)) }]);
  };

  const all = async (
    waiting: readonly Candidate[],
    comeBack: (lead: Candidate) => EpochMs,
    onFailure: OnFailure,
  ): Promise<void> => {
    await concurrently(
      waiting,
      (lead) => one(lead, comeBack(lead)),
      ({ lead }, error) => {
        onFailure(lead, error);
      },
    );
  };

  const join = async (leads: readonly Candidate[], onFailure: OnFailure): Promise<void> => {
    if (leads.length === 0) return;
    // First the line, then who stands in it: nobody looks for leads in a line that nobody knows of.
    await line.joining(leads.some(saysFields));
    const placeOf = (lead: Candidate): number => {
      if (isCalledUp(lead)) return timing.lineFrontMs;
      return saysFields(lead) ? timing.lineMs : timing.lineBackMs;
    };
    await all(leads, (lead) => epochMs(clock.now() + placeOf(lead)), onFailure);
  };

  return {
    /** Each until its own moment. */
    all,

    /**
     * Leads that the budget refuses until then. Once they come back by themselves; those that have
     * waited before, or would wait for long, stand in line, or a backlog would ask again and again.
     */
    refused: async (
      waiting: readonly Candidate[],
      until: EpochMs,
      onFailure: OnFailure,
    ): Promise<void> => {
      const isLong = until - clock.now() > timing.longestDelayMs;
      const joins = (candidate: Candidate): boolean => isLong || isWaiting(candidate);
      const back = waiting.filter((candidate) => !joins(candidate));
      await all(back, () => until, onFailure);
      await join(waiting.filter(joins), onFailure);
    },

    /** Those that may ask for calls now: while others stand in line, newcomers join. */
    behindLine: async (
      found: readonly Candidate[],
      onFailure: OnFailure,
    ): Promise<readonly Candidate[]> => {
      const fresh = found.filter((lead) => !isWaiting(lead));
      const open = fresh.length > 0 && (await line.isOpen());
      if (!open) return found;
      const joining = new Set(fresh.filter((lead) => open === 'to all' || !saysFields(lead)));
      await join([...joining], onFailure);
      return found.filter((lead) => !joining.has(lead));
    },
  };
};

export type PutOff = ReturnType<typeof createPutOff>;
