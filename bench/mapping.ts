import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { normalize } from '../lambdas/absorb/normalize.ts';
import type { NormalizeRules } from '../lambdas/absorb/normalize.ts';
import { stamp } from '../lambdas/ingest/stamp.ts';
import { emptyMapping } from '../lambdas/marketo/mapping/mapping.ts';
import type { Rule } from '../lambdas/marketo/mapping/mappingSchema.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { readMessage } from '../lambdas/segment/message.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { readSettings } from '../lambdas/settings.ts';
import { previewOf } from '../operations/preview/preview.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { createDice } from '../test/simulation/dice.ts';

/*
 * The same rules in our words and in those of Segment's destinations: a subscription, which says which
 * events it is for, and a mapping of values. Segment evaluates every subscription for every event.
 */

const ruleCount = 500;
const eventCount = 20_000;
const plans = ['free', 'pro', 'team'];

/** What Segment's packages export, as far as it is used. */
interface Segment {
  readonly parseFql: (text: string) => unknown;
  readonly validate: (subscription: unknown, event: object) => boolean;
  readonly transform: (mapping: object, event: object) => object;
}

const segmentsKit = (): Segment => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync(process.execPath, ['tools/install.js', 'tools/segment'], { cwd: root });
  const require = createRequire(new URL('../tools/segment/package.json', import.meta.url));
  return {
    ...(require('@segment/destination-subscriptions') as Pick<Segment, 'parseFql' | 'validate'>),
    ...(require('@segment/actions-core/mapping-kit') as Pick<Segment, 'transform'>),
  };
};

const ours: readonly Rule[] = Array.from({ length: ruleCount }, (_, n) => ({
  when: {
    event: `Event ${n}`,
    if: { 'properties.plan': { equals: plans[n % plans.length] ?? '' } },
  },
  to: 'fields',
  values: {
    [`Plan_${n}`]: 'properties.plan',
    [`Total_${n}`]: 'properties.order.total',
    [`Shop_${n}`]: { path: 'properties.shop', default: 'web' },
    [`Source_${n}`]: { constant: 'app' },
  },
}));

const theirs = (kit: Segment) =>
  ours.map((_, n) => ({
    subscription: kit.parseFql(
      `type = "track" and event = "Event ${n}" and properties.plan = "${plans[n % plans.length] ?? ''}"`,
    ),
    mapping: {
      [`Plan_${n}`]: { '@path': '$.properties.plan' },
      [`Total_${n}`]: { '@path': '$.properties.order.total' },
      [`Shop_${n}`]: {
        '@if': {
          exists: { '@path': '$.properties.shop' },
          then: { '@path': '$.properties.shop' },
          else: 'web',
        },
      },
      [`Source_${n}`]: 'app',
    },
  }));

/** Tracks whose names are spread over the rules; a third of them meet the condition. */
const eventsOf = ({ seed, size }: BenchOptions): readonly JsonObject[] => {
  const { whole: pick } = createDice(seed);
  return Array.from({ length: Math.max(500, eventCount * size) }, (_, n) => ({
    type: 'track',
    messageId: `m-${n}`,
    userId: `u-${pick(1_000)}`,
    event: `Event ${pick(ruleCount)}`,
    properties: {
      plan: plans[pick(plans.length)] ?? '',
      order: { id: n, total: pick(10_000) / 100 },
      ...(pick(2) === 0 && { shop: 'Rome' }),
    },
    context: { ip: '203.0.113.7', page: { url: 'https://www.example.com/shop' } },
  }));
};

/** Microseconds an event, the best of some passes: what else runs on the machine only adds. */
const microseconds = <T>(events: readonly T[], work: (event: T) => unknown): number => {
  let best = Infinity;
  for (let pass = 0; pass < 5; pass += 1) {
    const began = performance.now();
    for (const event of events) work(event);
    best = Math.min(best, ((performance.now() - began) * 1_000) / events.length);
  }
  return best;
};

const column = (text: string): string => text.padStart(12);
const row = (name: string, micros: number): string =>
  name.padEnd(34) +
  column(micros.toFixed(1)) +
  column(Math.round(1_000_000 / micros).toLocaleString('en-US'));

export const mapping: Bench = {
  measures: 'events a second through 500 rules, against the mapping kit of Segment’s destinations',
  run: (options) => {
    const events = eventsOf(options);
    const now = epochMs(Date.UTC(2026, 10, 23, 12));
    const settings = readSettings({
      env: { MARKETO_MUNCHKIN_ID: '561-HYG-937', MARKETO_API: 'rest' },
    });
    const rules: NormalizeRules = { ...settings, ...emptyMapping, rules: ours };
    const queued = events.flatMap((message) => {
      const terms = { receivedAt: now, messageIdCharacters: 100, consent: settings.consent };
      const read = readMessage(message, terms);
      if (read.kind !== 'event') throw new Error('an event of the bench is none');
      const { messageId = '' } = read.event;
      return [
        stamp({ ...read.event, messageId, source: { name: 'bench', kind: 'server' } }, 0).event,
      ];
    });
    const kit = segmentsKit();
    const subscriptions = theirs(kit);
    const segments = (event: JsonObject): number => {
      let matched = 0;
      for (const { subscription, mapping: values } of subscriptions)
        if (kit.validate(subscription, event)) {
          matched += 1;
          kit.transform(values, event);
        }
      return matched;
    };
    const acted = queued.filter((event) => normalize(event, rules).normalized.incoming.length > 0);
    if (acted.length !== events.filter((event) => segments(event) > 0).length)
      throw new Error('the rules of both do not act on the same events');
    const worker = microseconds(queued, (event) => normalize(event, rules));
    const preview = microseconds(events, (message) =>
      previewOf(message, { settings, rules, now, source: 'server' }),
    );
    const segment = microseconds(events.slice(0, Math.max(500, events.length / 10)), segments);
    const fast = (micros: number): string => `${Math.round(1_000_000 / micros)} events a second`;
    return Promise.resolve({
      lines: [
        `${events.length.toLocaleString('en-US')} tracks through ${ruleCount} rules, each for one event and one condition; ${acted.length.toLocaleString('en-US')} find a rule that acts.`,
        '',
        ''.padEnd(34) + column('µs an event') + column('a second'),
        row('worker: keys, fields, visit', worker),
        row('preview, with its requests', preview),
        row('Segment’s mapping kit', segment),
      ],
      aims: [
        {
          what: 'the worker on 500 rules',
          aim: `faster than Segment’s ${fast(segment)}`,
          got: fast(worker),
          isMet: worker < segment,
        },
      ],
      numbers: {
        bench: 'mapping',
        seed: options.seed,
        rules: ruleCount,
        events: events.length,
        workerMicros: Number(worker.toFixed(2)),
        previewMicros: Number(preview.toFixed(2)),
        segmentMicros: Number(segment.toFixed(2)),
      },
    });
  },
};
