import type { JsonObject } from '../lambdas/segment/event.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { percentile } from './lateness.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, spoken, whole } from './text.ts';
import type { Happening } from './workload.ts';
import { emailOf } from './workload.ts';

const hourMs = 3_600_000;
const lists = 10;
const firstList = 1_001;
const key = 'audience';

/** That somebody entered or left the audience of a list. */
interface Change {
  readonly at: number;
  readonly who: number;
  readonly list: number;
  readonly isMember: boolean;
}

/** Smaller sizes are as busy, but shorter. */
const changesOf = ({ seed, size }: BenchOptions): readonly Change[] => {
  const dice = createDice(seed);
  return Array.from({ length: Math.round(100_000 * size) }, () => ({
    at: Math.floor(dice.upTo(hourMs * size)),
    who: Math.floor(dice.upTo(20_000 * size)),
    list: firstList + Math.floor(dice.upTo(lists)),
    isMember: dice.chance(0.5),
  })).sort((a, b) => a.at - b.at);
};

const eventOf = ({ who, list, isMember }: Change, index: number): JsonObject => ({
  type: 'track',
  event: isMember ? 'Audience Entered' : 'Audience Exited',
  userId: `user-${who}`,
  messageId: `message-${index}`,
  properties: { [key]: isMember },
  context: {
    traits: { email: emailOf(who) },
    personas: {
      computation_class: 'audience',
      computation_key: key,
      external_audience_id: String(list),
    },
  },
});

interface Ours {
  readonly requests: number;
  readonly records: number;
  readonly ofLists: number;
  readonly leadsPerListRequest: number;
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly itemsRead: number;
  readonly writes: number;
}

const listOperations: ReadonlySet<string> = new Set(['addToList', 'removeFromList']);

/** Throws where Marketo's lists do not end as the order of the events says. */
const ours = async (changes: readonly Change[], seed: number): Promise<Ours> => {
  const pipeline = await createPipeline({ api: 'rest', seed });
  try {
    const happenings = changes.map((change, index): Happening => ({
      at: change.at,
      who: change.who,
      message: eventOf(change, index),
      isNews: true,
    }));
    await pipeline.run(happenings);
    const { simulator, startedAt, madeCalls } = pipeline;
    if (simulator.lockFaults > 0) throw new Error('Marketo saw syncs of one lead within 30 s');
    const last = new Map(changes.map((one) => [`${one.who} ${one.list}`, one]));
    for (const { who, list, isMember } of last.values()) {
      const lead = simulator.find('email', emailOf(who))?.id ?? 0;
      if (simulator.state.isMember(list, lead) !== isMember)
        throw new Error('a list does not end as the order of the events says');
    }
    const calls = simulator.calls();
    const ofLists = calls.filter(({ operation }) => listOperations.has(operation));
    const late = lateness(changes, madeCalls, startedAt);
    const { itemsRead, writes } = pipeline.usage();
    return {
      requests: calls.length,
      records: calls.filter(({ operation }) => operation === 'leads').length,
      ofLists: ofLists.length,
      leadsPerListRequest:
        ofLists.reduce((sum, { leads }) => sum + leads.length, 0) / ofLists.length,
      late: { p50: percentile(late, 0.5), p99: percentile(late, 0.99), max: late.at(-1) ?? 0 },
      itemsRead,
      writes,
    };
  } finally {
    await pipeline.close();
  }
};

type MadeCalls = Awaited<ReturnType<typeof createPipeline>>['madeCalls'];

/** What a call told of somebody and a list, and when it was answered. */
interface Told {
  readonly endedAt: number;
  readonly isMember: boolean;
}

/**
 * How long each change took until a call that carried its list had been answered; sorted. A change that says what
 * Marketo has at that moment goes nowhere, and is left out.
 */
const lateness = (
  changes: readonly Change[],
  calls: MadeCalls,
  startedAt: number,
): readonly number[] => {
  const sent = new Map<string, Told[]>();
  for (const { updates, endedAt } of calls)
    for (const { email, relations = [] } of updates)
      for (const { name, value } of relations) {
        const known = sent.get(`${email} ${name}`) ?? [];
        known.push({ endedAt, isMember: value === true });
        sent.set(`${email} ${name}`, known);
      }
  return changes
    .flatMap(({ at, who, list, isMember }) => {
      const all = sent.get(`${emailOf(who)} list:${list}`) ?? [];
      const happenedAt = startedAt + at;
      if (all.findLast(({ endedAt }) => endedAt < happenedAt)?.isMember === isMember) return [];
      const end = all.find(({ endedAt }) => endedAt >= happenedAt)?.endedAt;
      // What a later change took back before it went is told nowhere.
      return end === undefined ? [] : [end - startedAt - at];
    })
    .sort((a, b) => a - b);
};

/**
 * Segment's Marketo Static Lists destination: an import for each batch of additions to a list, a lookup and
 * a removal for each batch of removals (300 people at most).
 */
const segments = (changes: readonly Change[], batchMs: number): number => {
  const batches = new Map<string, number>();
  for (const { at, list, isMember } of changes) {
    const name = `${Math.floor(at / batchMs)} ${list} ${isMember ? 'add' : 'remove'}`;
    batches.set(name, (batches.get(name) ?? 0) + 1);
  }
  return [...batches].reduce(
    (sum, [name, size]) => sum + (name.endsWith('add') ? 1 : 2 * Math.ceil(size / 300)),
    0,
  );
};

const oneByOne = (changes: readonly Change[]): number =>
  changes.reduce((sum, { isMember }) => sum + (isMember ? 1 : 2), 0);

const aim = 0.01;

export const actions: Bench = {
  measures: 'Marketo calls for an hour of audience changes, against other ways',
  run: async (options) => {
    const changes = changesOf(options);
    const { requests, records, ofLists, leadsPerListRequest, late, itemsRead, writes } = await ours(
      changes,
      options.seed,
    );
    const each = requests / changes.length;
    const inBatches = segments(changes, 60_000);
    const segmentsOneByOne = oneByOne(changes);
    const row = (name: string, calls: number): readonly string[] => [
      name,
      whole(calls),
      ratio(calls / changes.length),
      `${ratio(calls / requests)} ×`,
    ];
    return {
      lines: [
        `${whole(changes.length)} audience changes of ${whole(20_000 * options.size)} leads over ${lists} lists in ${spoken(hourMs * options.size)}; Marketo has none of the leads.`,
        '',
        ...columns([
          ['', 'calls', 'per change', 'of ours'],
          row('this pipeline', requests),
          row('one call per change', changes.length),
          row('Segment, event by event', segmentsOneByOne),
          row('Segment, batches of a minute per list', inBatches),
        ]),
        '',
        `Ours: ${whole(records)} calls with records, ${whole(ofLists)} of lists with ${ratio(leadsPerListRequest)} leads each.`,
        `From a change until it is in Marketo: ${spoken(late.p50)} in the middle, ${spoken(late.p99)} at the 99th percentile, ${spoken(late.max)} at most.`,
        `Per change ${ratio(itemsRead / changes.length)} items read and ${ratio(writes / changes.length)} written.`,
      ],
      aims: [
        {
          what: 'calls per change',
          aim: `≤ ${aim}`,
          got: ratio(each),
          isMet: each <= aim,
        },
      ],
      numbers: {
        bench: 'actions',
        seed: options.seed,
        changes: changes.length,
        calls: requests,
        callsPerChange: each,
        oneCallPerChange: changes.length,
        segmentOneByOne: segmentsOneByOne,
        segmentInBatches: inBatches,
        leadsPerListRequest,
        lateMs: { ...late },
      },
    };
  },
};
