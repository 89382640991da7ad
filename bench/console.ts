import { performance } from 'node:perf_hooks';
import { shortHashOf } from '../lambdas/digest.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { createLocalLines } from '../operations/lines/local.ts';
import type { LocalLines } from '../operations/lines/local.ts';
import type { Line } from '../operations/views.ts';
import type { Aim, Bench, BenchOptions, Outcome } from './bench.ts';
import { columns, ratio, whole } from './text.ts';

const eventsAtFullSize = 100_000;
const eventsPerLead = 20;
const startedAt = Date.UTC(2026, 0, 5, 12);
const msBetween = 36;
const roundsMost = 200;

const printed = (at: number, message: string, facts: object): string =>
  JSON.stringify({
    level: 'INFO',
    message,
    timestamp: new Date(at).toISOString(),
    service: 'sync',
    sampling_rate: 0,
    ...facts,
  });

const leadOf = (index: number): string => `lead-${Math.floor(index / eventsPerLead)}`;
const messageOf = (index: number): string => shortHashOf(`message-${index}`);

/** The lines that one event leaves: queued, absorbed, synced by a call that it shares. */
const linesOf = (index: number): readonly string[] => {
  const at = startedAt + index * msBetween;
  const about = { messages: [messageOf(index)], lead: leadOf(index) };
  const call = `call-${Math.floor(index / 100)}`;
  const answer = { call, api: 'rest', about: 'leads', leads: 100, requests: 1, tookMs: 400 };
  return [
    printed(at, 'delivery', { step: 'queued', messages: about.messages }),
    printed(at + 5, 'delivery', { step: 'absorbed', ...about, fields: ['Email', 'Plan'] }),
    ...(index % 100 === 0
      ? [printed(at + 9, 'call', { ...answer, verdicts: { synced: 100 } })]
      : []),
    printed(at + 9, 'delivery', { step: 'synced', ...about, fields: ['Email', 'Plan'], call }),
  ];
};

/** Milliseconds of one of so many times that something is done. */
const timed = async (rounds: number, work: (round: number) => unknown): Promise<number> => {
  const from = performance.now();
  for (let round = 0; round < rounds; round += 1) await work(round);
  return (performance.now() - from) / rounds;
};

interface Question {
  readonly what: string;
  readonly byIndex: (round: number) => Promise<unknown>;
  readonly byScan: (all: readonly Line[]) => unknown;
}

const isStep = (line: Line): line is Extract<Line, { kind: 'step' }> => line.kind === 'step';

const questionsTo = (lines: LocalLines, events: number): readonly Question[] => {
  const some = (round: number): number => (round * 7_919) % events;
  const end = epochMs(startedAt + events * msBetween);
  const hourMs = 3_600_000;
  return [
    {
      what: 'the steps of an event',
      byIndex: (round) => lines.ofMessage(messageOf(some(round))),
      byScan: (all) => all.filter((line) => isStep(line) && line.messages.includes(messageOf(1))),
    },
    {
      what: 'the time line of a lead',
      byIndex: (round) => lines.ofLead(leadOf(some(round)), 200),
      byScan: (all) => all.filter((line) => isStep(line) && line.lead === leadOf(1)),
    },
    {
      what: 'the last hour by the minute',
      byIndex: () => lines.tally(epochMs(end - hourMs), end, 60_000),
      byScan: (all) =>
        Map.groupBy(
          all.filter(({ at }) => at >= end - hourMs),
          ({ at }) => Math.floor(at / 60_000),
        ),
    },
  ];
};

const aimTimes = 10;

const run = async (options: BenchOptions): Promise<Outcome> => {
  const events = Math.max(100, Math.round(eventsAtFullSize * options.size));
  const lines = createLocalLines();
  const texts = Array.from({ length: events }, (_, index) => linesOf(index)).flat();
  const writeMs = await timed(1, () => {
    for (const text of texts) lines.write(text);
  });
  const parseMs = await timed(1, () => {
    for (const text of texts) JSON.parse(text);
  });
  const all = await lines.latest(texts.length);
  const measured: { readonly what: string; readonly times: number }[] = [];
  for (const { what, byIndex, byScan } of questionsTo(lines, events)) {
    const indexMs = await timed(roundsMost, byIndex);
    const scanMs = await timed(Math.max(3, roundsMost / 40), () => byScan(all));
    measured.push({ what, times: scanMs / indexMs });
  }
  const aims = measured.map(({ what, times }): Aim => ({
    what: `${what}: a scan against the index`,
    aim: `at least ${aimTimes} times`,
    got: `${ratio(times)} times`,
    isMet: times >= aimTimes,
  }));
  return {
    lines: [
      `${whole(events)} events, ${whole(texts.length)} delivery lines in memory`,
      `Writing a line takes ${ratio(writeMs / parseMs)} times what parsing its JSON does`,
      '',
      ...columns([
        ['', 'a scan against the index'],
        ...measured.map(({ what, times }) => [what, `${ratio(times)} times`]),
      ]),
    ],
    aims,
    numbers: {
      bench: 'console',
      ...options,
      writeTimesParse: writeMs / parseMs,
      scanTimesIndex: Object.fromEntries(measured.map(({ what, times }) => [what, times])),
    },
  };
};

export const consoleLines: Bench = {
  measures: 'What the console asks of 100,000 events: the index against a scan of all lines',
  run,
};
