import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ingestLimits } from '../../lambdas/limits.ts';
import { answering, load, serveIngest } from './support.ts';

/** Segment's limit of a batch. */
const segmentBatchBytes = 500 * 1_024;
const { onBatch } = load();
const page = (messageId: string, more: object = {}) => ({
  type: 'page',
  userId: 'u1',
  messageId,
  ...more,
});
const pages = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => page(`m${index}`, more));
const statusesOf = async (events: readonly unknown[], settings: unknown): Promise<number[]> =>
  (await onBatch(events, settings)).map(({ status }) => status);

describe('a batch', () => {
  it('gets one status an event, in their order', async () => {
    const { sent, settings } = await serveIngest();
    const statuses = await onBatch(
      [
        page('m0'),
        page('m1', { properties: 'ada@example.com' }),
        { type: 'alias', userId: 'u1' },
        page('m3'),
        page('m4', { properties: { x: 'x'.repeat(33_000) } }),
        page('m5'),
      ],
      settings,
    );
    expect(statuses).toEqual([
      { status: 200 },
      { status: 400, errormessage: 'refused: properties_not_object (properties)' },
      { status: 400, errormessage: 'Marketo has no use for alias calls' },
      { status: 200 },
      { status: 400, errormessage: 'refused: event_too_large (message)' },
      { status: 200 },
    ]);
    expect(sent.map(({ event }) => event.messageId)).toEqual(['m0', 'm3', 'm5']);
  });

  it('without one good event is dropped event by event', async () => {
    const { settings } = await serveIngest();
    expect(await statusesOf([{ type: 'page' }, { type: 'track', userId: 'u' }], settings)).toEqual([
      400, 400,
    ]);
  });

  it('that is empty costs no request', async () => {
    const { seen, settings } = await serveIngest();
    expect(await onBatch([], settings)).toEqual([]);
    expect(seen).toEqual([]);
  });
});

describe('a batch over the limits', () => {
  it('of events goes in two requests', async () => {
    const { seen, sent, settings } = await serveIngest();
    const events = pages(ingestLimits.batchEvents + 1);
    expect(new Set(await statusesOf(events, settings))).toEqual(new Set([200]));
    expect(seen.map((one) => one.events.length)).toEqual([ingestLimits.batchEvents, 1]);
    expect(sent.map(({ event }) => event.messageId)).toEqual(events.map((one) => one.messageId));
  });

  it.each(['x', 'é', '€', '😀'])('of bytes goes in parts that fit (%s)', async (letter) => {
    const { seen, sent, settings } = await serveIngest();
    const bytes = 30_000;
    const properties = { x: letter.repeat(bytes / Buffer.byteLength(letter)) };
    expect(new Set(await statusesOf(pages(40, { properties }), settings))).toEqual(new Set([200]));
    expect(Math.max(...seen.map((one) => one.bytes))).toBeLessThanOrEqual(segmentBatchBytes);
    expect(seen.length).toBeLessThanOrEqual(letter === '😀' || letter === 'é' ? 5 : 3);
    expect(sent).toHaveLength(40);
  });

  it('of something before the door is halved until it passes', async () => {
    const { door: ingest, sent, settings } = await serveIngest();
    ingest.instead = (response, body) =>
      body.length > 300 && answering(413, '<html>')(response, body);
    const events = pages(20).with(7, page('m7', { name: 'x'.repeat(300) }));
    const wanted = events.map((_, index) => (index === 7 ? 400 : 200));
    expect(await statusesOf(events, settings)).toEqual(wanted);
    const others = events.filter((_, index) => index !== 7);
    expect(sent.map(({ event }) => event.messageId)).toEqual(others.map((one) => one.messageId));
  });
});

describe('a batch in several requests', () => {
  const three = pages(3, { properties: { x: 'x'.repeat(30_000) } }).flatMap((one, part) =>
    Array.from({ length: 16 }, (_, index) => ({ ...one, messageId: `m${part}-${index}` })),
  );
  const parts = (statuses: readonly number[]): number[] => [
    ...new Set([...statuses.slice(0, 16)]),
    ...new Set([...statuses.slice(17, 33)]),
    ...new Set([...statuses.slice(34)]),
  ];

  it('stops at a failure, so that nothing overtakes what comes again', async () => {
    const { door: ingest, seen, settings } = await serveIngest();
    ingest.instead = (response, body) =>
      body.includes('"m1-1"') && answering(503, '{"success":false}')(response, body);
    expect(parts(await statusesOf(three, settings))).toEqual([200, 500, 500]);
    expect(seen).toHaveLength(2);
  });

  it('stops while there is time to tell Segment what was delivered', async () => {
    const times = [0, 0, 3_500];
    const slow = load({ Date: { now: () => times.shift() ?? 3_500 } });
    const { seen, settings } = await serveIngest();
    const statuses = await slow.onBatch(three, settings);
    expect(parts(statuses.map(({ status }) => status))).toEqual([200, 500, 500]);
    expect(statuses.at(-1)?.errormessage).toBe('out of time; not sent yet');
    expect(seen).toHaveLength(1);
  });
});

interface Sent {
  readonly batch: readonly { id: number; bad: boolean; large: boolean; x: string }[];
}

it('whatever the sizes and refusals, each event is delivered once and in order or dropped', async () => {
  const event = fc.record({
    bad: fc.boolean(),
    large: fc.boolean(),
    x: fc.nat(40_000).map((length) => 'x'.repeat(length)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 40 }), fc.nat(6), async (drawn, most) => {
      const events = drawn.map((one, id) => ({ type: 'page', id, ...one }));
      const delivered: number[] = [];
      const answer = ({ batch }: Sent): [number, object] => {
        if (batch.length > most + 1 || batch.some(({ large }) => large)) return [413, {}];
        const good = batch.filter(({ bad }) => !bad);
        delivered.push(...good.map(({ id }) => id));
        const errors = batch.flatMap(({ bad }, index) => (bad ? [{ index, code: 'bad' }] : []));
        const success = good.length > 0;
        return [success ? 200 : 400, { success, errors }];
      };
      const fetch = (_url: string, { body }: { body: string }) => {
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(segmentBatchBytes);
        const [status, said] = answer(JSON.parse(body) as Sent);
        return Promise.resolve({ status, text: () => Promise.resolve(JSON.stringify(said)) });
      };
      const { onBatch } = load({ fetch, Date: { now: () => 0 } });
      const settings = { endpoint: 'https://api.example', writeKey: 'key' };
      const statuses = (await onBatch(events, settings)).map(({ status }) => status);
      const passes = ({ bad, large }: (typeof events)[number]) => !bad && !large;
      expect(statuses).toEqual(events.map((one) => (passes(one) ? 200 : 400)));
      expect(delivered).toEqual(events.filter(passes).map(({ id }) => id));
    }),
    { numRuns: 50 },
  );
});
