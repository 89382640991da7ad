import { noTimeLeft } from '../../lambdas/marketo/transport.ts';
import { tickTiming } from '../../lambdas/limits.ts';
import { isOnly } from './input.ts';
import { noPermit } from './relationRequests.ts';
import type { Check } from './seen.ts';

const minuteMs = 60_000;
/** Fields go before the rest for so long. */
const { restPatienceMs } = tickTiming;
/** Between the moment of a tick and a lock: a few looks at the table, and a turn of the permits. */
const lookingMs = 10_000;

/** With fewer permits at a time, a call may find none and wait for the next scheduled tick. */
const usualPermits = 5;

const crowd = 30;

/** Items whose entry in the index is not what their content asks for. */
export const misfiled: Check = ({ world }) => [...world.misfiled];

/** Leads that a call took long after their time, although nothing was in its way. */
export const lateCalls: Check = ({ world }) => {
  const { character, taken } = world;
  const { indexLagMs, worksForMs, callLimits, people, newEmails } = character;
  // A crowd whose calls are refused again and again keeps all workers at Marketo; so do several leads a
  // person where each call may take a minute and a half.
  const isCrowd = people >= crowd || (newEmails !== 'none' && worksForMs > minuteMs);
  if (!world.isUndisturbed || isCrowd || callLimits.perWindow < usualPermits) return [];
  // A call that finds no permit at the moment waits for the next tick, which may be the scheduled one.
  // All workers may be at Marketo when the scheduled tick comes; whoever returns first looks, and
  // may have to make another call first, where Marketo refused one that many shared.
  const maxMs = minuteMs + indexLagMs + 2 * worksForMs + lookingMs;
  return taken
    .filter(({ lateMs, lane }) => lateMs > maxMs + (lane === 'fields' ? 0 : restPatienceMs))
    .map(
      ({ lead, at, lateMs }) => `${lead}: ${lateMs / 1_000} s, at ${new Date(at).toISOString()}`,
    );
};

const cutShort: readonly string[] = [noPermit, noTimeLeft];

/** Leads that were locked, and no call followed. */
export const touched: Check = ({ world }) => {
  const { taken, books, lines } = world;
  if (!world.isUndisturbed) return [];
  /** A call of several requests may find permits, or time, for the first of them only, which is another lead's. */
  const isCutShort = (lead: string, at: number): boolean =>
    lines.some(
      (line) =>
        line.step === 'waiting' &&
        line.lead === lead &&
        cutShort.includes(line.because ?? '') &&
        line.at >= at &&
        line.at <= at + minuteMs,
    );
  const calls = new Map<string, readonly { readonly startedAt: number }[]>(books.calls);
  return taken
    .filter(
      ({ lead, at }) =>
        !(calls.get(lead) ?? []).some(
          ({ startedAt }) => startedAt >= at && startedAt <= at + lookingMs,
        ) && !isCutShort(lead, at),
    )
    .map(({ lead, at }) => `${lead} at ${new Date(at).toISOString()}`);
};

/** What Marketo took twice. */
export const repeated: Check = ({ world }) => {
  const { books } = world;
  if (!world.isUndisturbed) return [];
  // A deletion takes the call from its owner: nobody hears that Marketo has what is newer.
  const deleted = new Set<string>(
    world.mailboxes().flatMap(({ key, state }) => (state.deleted === undefined ? [] : [key])),
  );
  const others = [...books.leads].filter(
    ([, { from }]) => ![...from].some((one) => deleted.has(one)),
  );
  return others.flatMap(([lead, { activities, requests, taken }]) => [
    ...[...requests].flatMap(([name, count]) =>
      count > 1 ? [`${name} of ${lead}, ${count} times`] : [],
    ),
    ...[...activities].flatMap(([key, count]) =>
      count > 1 ? [`the activity ${key} of ${lead}, ${count} times`] : [],
    ),
    ...[...taken].flatMap(([name, count]) =>
      count > 1 && isOnly(name) ? [`${name} of ${lead}, ${count} times`] : [],
    ),
  ]);
};
