import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { FlowView, Tally } from '../../../../../operations/views.ts';
import { lineOf } from './lines.ts';
import { minuteMs, secondMs } from './time.ts';

/** Some number below `most`, the same for the same minute. */
const jitter = (minute: number, most: number): number => (minute * 7_919) % most;

/** A wave with a peak, the same for the same minute. */
const wave = (minute: number): number =>
  1_500 + 900 * Math.sin(minute / 7) + 420 * Math.sin(minute / 2.3) + jitter(minute, 311);

const tallyOf = (at: number, part: number): Tally => {
  const events = Math.round(wave(at / minuteMs) * part);
  const of = (share: number): number => Math.round(events * share);
  const calls = Math.round(
    (9 + 5 * Math.sin(at / minuteMs / 11) + jitter(at / minuteMs, 7)) * part,
  );
  return {
    at: epochMs(at),
    steps: {
      queued: events,
      absorbed: of(0.5 + jitter(at / minuteMs, 53) / 300),
      superseded: of(0.07),
      unchanged: of(0.16 + jitter(at / minuteMs, 97) / 600),
      held: of(0.04),
      waiting: of(0.01),
      synced: of(0.58),
      visited: of(0.31),
      dropped: of(0.02),
      refused: of(0.003),
    },
    calls,
    requests: 2 * calls,
  };
};

/** The last hour of about 100,000 events; the last minute is under way. */
const talliesUntil = (now: number): readonly Tally[] => {
  const current = now - (now % minuteMs);
  return Array.from({ length: 60 }, (_, index) => {
    const at = current - (59 - index) * minuteMs;
    return tallyOf(at, at === current ? (now - current) / minuteMs : 1);
  });
};

/** A busy destination. Ten lines a second pass by. */
export const busyFlow = (now: number, most = 500): FlowView => {
  const latest = Math.floor(now / 100);
  return {
    now: epochMs(now),
    events: { waiting: 318, delayed: 0, inFlight: 64 },
    ticks: { waiting: 27, delayed: 1_180, inFlight: 93 },
    deadEvents: { waiting: 0, delayed: 0, inFlight: 0 },
    pending: { count: 2_417, isAll: true },
    deadLetters: { count: 12, isAll: true },
    tallies: talliesUntil(now),
    historyDays: 30,
    latest: Array.from({ length: most }, (_, index) =>
      lineOf(latest - index, (latest - index) * 100),
    ),
  };
};

export const closedFlow = (now: number): FlowView => ({
  ...busyFlow(now),
  deadEvents: { waiting: 2, delayed: 0, inFlight: 0 },
  closed: {
    until: epochMs(now + 192 * secondMs),
    because: 'Marketo does not accept the client id and secret (601)',
  },
});

export const emptyFlow = (now: number): FlowView => ({
  now: epochMs(now),
  events: { waiting: 0, delayed: 0, inFlight: 0 },
  ticks: { waiting: 0, delayed: 0, inFlight: 0 },
  deadEvents: { waiting: 0, delayed: 0, inFlight: 0 },
  pending: { count: 0, isAll: true },
  deadLetters: { count: 0, isAll: true },
  tallies: talliesUntil(now).map(({ at }) => ({ at, steps: {}, calls: 0, requests: 0 })),
  historyDays: 30,
  latest: [],
});
