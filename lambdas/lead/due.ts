import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { needAt } from './mailbox.ts';
import type { Mailbox } from './types.ts';
import { without } from './without.ts';

/*
 * When may a trigger of a lead be acknowledged? After the last consistent read or successful write,
 *   (a) nothing is pending, or
 *   (b) a promised due message lies far enough ahead, judged after the write returned
 *       (a wait past SQS's longest delay is promised by `wakeAt`, which the sweep honours), or
 *   (c) a due message was sent after the write returned.
 *
 *   need ≤ now + 2 s  write ─▶ send(ceil(need − now))                         (c)
 *   need later        send(ceil(need − now)) ─▶ write dueAt ─▶ still ahead?   (b), else send again (c)
 *   need ≫ now        write wakeAt                                            (b)
 */

interface DueTiming {
  readonly promiseMarginMs: number;
  readonly longestDelayMs: number;
}

type DueAction =
  | { readonly kind: 'none' }
  /** May go now, or so soon that no promise could hold: write first, then send. */
  | { readonly kind: 'send-after'; readonly delaySeconds: number }
  /** Must wait: send with this delay first, then write `dueAt`. */
  | { readonly kind: 'send-before'; readonly delaySeconds: number; readonly dueAt: EpochMs };

/** What has to be sent so that this mailbox is woken when it needs to be. */
export const dueActionFor = (mailbox: Mailbox, now: EpochMs, timing: DueTiming): DueAction => {
  const need = needAt(mailbox);
  if (need === undefined) return { kind: 'none' };
  if (need - now > timing.longestDelayMs) return { kind: 'none' };
  // Never floor: a message that comes early finds the lead locked and costs a round.
  const delaySeconds = Math.ceil(Math.max(0, need - now) / 1_000);
  if (need - now < timing.promiseMarginMs) return { kind: 'send-after', delaySeconds };
  const dueAt = epochMs(now + delaySeconds * 1_000);
  return isPromised(mailbox, need, now, timing)
    ? { kind: 'none' }
    : { kind: 'send-before', delaySeconds, dueAt };
};

const isPromised = ({ dueAt }: Mailbox, need: EpochMs, now: EpochMs, timing: DueTiming): boolean =>
  dueAt !== undefined && dueAt - now >= timing.promiseMarginMs && dueAt < need + 1_000;

/** Whether what was promised before a write still holds after it: rule (a) or (b). */
export const isSafelyPromised = (mailbox: Mailbox, now: EpochMs, timing: DueTiming): boolean => {
  const need = needAt(mailbox);
  if (need === undefined) return true;
  return need - now > timing.longestDelayMs || isPromised(mailbox, need, now, timing);
};

/** The mailbox with its promise as it is to be written; a promise that has passed is none. */
export const withPromise = (mailbox: Mailbox, action: DueAction, now: EpochMs): Mailbox => {
  if (action.kind === 'send-before') return { ...mailbox, dueAt: action.dueAt };
  if (mailbox.dueAt === undefined || mailbox.dueAt > now) return mailbox;
  return without(mailbox, 'dueAt');
};
