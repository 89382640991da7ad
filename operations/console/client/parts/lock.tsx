import { importTiming, leadTiming } from '../../../../lambdas/limits.ts';
import type { LeadView } from '../../../views.ts';
import { useNow } from '../clock.ts';
import { left } from '../format.ts';
import { pageTiming } from '../timing.ts';
import { When } from './when.tsx';

interface State {
  readonly tone: 'move' | 'wait' | 'good';
  readonly says: string;
  readonly why: string;
  readonly until?: number;
  /** How long this state lasts as a whole. */
  readonly ofMs?: number;
}

const stateOf = (
  { lockedUntil, isCalling, isImporting, heldUp, nextAt }: LeadView['lock'],
  now: number,
): State => {
  const isFree = lockedUntil === undefined || lockedUntil <= now;
  if (isFree && heldUp !== undefined)
    return { tone: 'wait', says: 'Not locked', why: `It waits: ${heldUp}.` };
  if (isFree && nextAt === undefined)
    return { tone: 'good', says: 'Free', why: 'Nothing of this lead waits for a call.' };
  if (isFree)
    return { tone: 'good', says: 'Free', why: 'The next call may take this lead at once.' };
  if (isImporting)
    return {
      tone: 'move',
      says: 'In a bulk import',
      why: 'Marketo works on it. The lead is locked until the import ends; what comes meanwhile goes afterwards.',
      until: lockedUntil,
      ofMs: importTiming.leaseMs,
    };
  return isCalling
    ? {
        tone: 'move',
        says: 'A call is on its way',
        why: 'Should its answer never come, the lead is free again then.',
        until: lockedUntil,
        ofMs: leadTiming.leaseMs,
      }
    : {
        tone: 'wait',
        says: 'Locked',
        why: 'Marketo gets one sync of a lead in 30 seconds. What comes meanwhile goes out together.',
        until: lockedUntil,
        ofMs: leadTiming.lockMs,
      };
};

const Moment = ({ what, at, now }: { what: string; at: number | undefined; now: number }) =>
  at !== undefined && at > now ? (
    <div>
      <dt>{what}</dt>
      <dd>
        <When at={at} /> <span class="count">(in {left(at - now)})</span>
      </dd>
    </div>
  ) : null;

/** The lead's lock, counting down, and when it goes next. */
export const Lock = ({ lock }: { lock: LeadView['lock'] }) => {
  const now = useNow(pageTiming.countdownMs);
  const { tone, says, why, until, ofMs = 1 } = stateOf(lock, now);
  const part = until === undefined ? 0 : Math.min(1, (until - now) / ofMs);
  return (
    <section class={`card lock ${tone}`} aria-labelledby="lock-title">
      <h2 id="lock-title">Lock</h2>
      <p class="big">
        {until === undefined ? says : left(until - now)}
        {until !== undefined && <span> {says}</span>}
      </p>
      <div class="gauge" aria-hidden="true">
        <div style={{ width: `${part * 100}%` }} />
      </div>
      <p class="soft">{why}</p>
      <dl class="facts">
        <Moment what="Next call" at={lock.nextAt} now={now} />
        {lock.attempts > 0 && (
          <div>
            <dt>Tries without success</dt>
            <dd>{lock.attempts}</dd>
          </div>
        )}
      </dl>
    </section>
  );
};
