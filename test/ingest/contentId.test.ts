import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { ingestTiming } from '../../lambdas/limits.ts';
import { basic, ingestWith, receivedAt, request, serverKey } from './support.ts';

/** The ids of what is on the queue after a request that came so long after `receivedAt`. */
const idsOf = async (
  path: string,
  body: unknown,
  { afterMs = 0, key }: { readonly afterMs?: number; readonly key?: string } = {},
): Promise<readonly string[]> => {
  const { post, sent } = ingestWith({ clock: { now: () => epochMs(receivedAt + afterMs) } });
  const headers = key === undefined ? {} : { headers: { authorization: basic(key) } };
  await post(request(path, body, headers));
  return sent.map(({ event }) => event.messageId);
};

const click = { type: 'track', userId: 'u', event: 'Clicked' };
const at = { timestamp: '2026-03-01T11:00:00.000Z' };

describe('an event without a messageId', () => {
  it('is the same event when its request is sent again after a 503', async () => {
    const item = fc.record(
      {
        type: fc.constantFrom('identify', 'page'),
        userId: fc.constantFrom('u', 'v'),
        traits: fc.dictionary(fc.string(), fc.jsonValue()),
        timestamp: fc.constant(at.timestamp),
        messageId: fc.constantFrom('', null),
      },
      { requiredKeys: ['type', 'userId'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 5 }), async (batch) => {
        const first = await idsOf('/v1/batch', { batch, sentAt: '2026-03-01T12:00:00.000Z' });
        const again = { batch, sentAt: '2026-03-01T12:00:05.000Z' };
        expect(await idsOf('/v1/batch', again, { afterMs: 5_000 })).toEqual(first);
        expect(new Set(first).size).toBe(batch.length);
      }),
      { numRuns: 50 },
    );
  });

  it('with a time of its own is the same however late its request comes again', async () => {
    const first = await idsOf('/v1/track', { ...click, ...at });
    const late = await idsOf('/v1/track', { ...click, ...at }, { afterMs: 4 * 3_600_000 });
    expect(late).toEqual(first);
  });

  it('that happens again is another one: by its time, or after ten minutes', async () => {
    const later = { timestamp: '2026-03-01T11:00:00.001Z' };
    const ids = [
      ...(await idsOf('/v1/track', { ...click, ...at })),
      ...(await idsOf('/v1/track', { ...click, ...later })),
      ...(await idsOf('/v1/track', click)),
      ...(await idsOf('/v1/track', click, { afterMs: ingestTiming.sameContentMs })),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('is another one in another place, of another type and of another source', async () => {
    const bare = { userId: 'u', event: 'Clicked', name: 'Clicked' };
    const ids = [
      ...(await idsOf('/v1/batch', { batch: [click, click] })),
      ...(await idsOf('/v1/track', bare)),
      ...(await idsOf('/v1/page', bare)),
      ...(await idsOf('/v1/track', bare, { key: serverKey })),
    ];
    expect(new Set(ids).size).toBe(5);
  });
});
