import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { openIngest, type Ingest } from './door.ts';
import { rawPost } from './raw.ts';
import { shapes, type Shape } from './shapes.ts';

const template = templateOf(exampleSettings());
/** Two hours ahead of the SDKs' clocks: what counts is how long before `sentAt` it happened. */
const receivedAt = Date.parse('2026-03-01T12:00:00Z');

let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest({ template, now: () => receivedAt });
});
afterAll(() => ingest.close());

const post = (shape: Shape, writeKey: string) => {
  const { auth, path, gzip, chunked = false, around, event } = shape;
  const inBody = auth === 'Basic' ? {} : { writeKey };
  const text = JSON.stringify({ batch: [event], ...around, ...inBody });
  const headers = {
    ...shape.headers,
    ...(gzip && { 'Content-Encoding': 'gzip' }),
    ...(auth !== 'body' && {
      Authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    }),
  };
  const body = gzip ? gzipSync(text) : Buffer.from(text);
  return rawPost(ingest.url, path, headers, body, { chunked });
};

describe.each(shapes)('a request as $sdk ($seen) makes it', (shape) => {
  it('is answered as all SDKs want it, and its event is queued', async () => {
    const before = (await ingest.events()).length;
    expect(await post(shape, ingest.writeKey)).toEqual({ status: 200, body: '{"success":true}' });
    const events = (await ingest.events()).slice(before);
    const { type, messageId } = shape.event;
    expect(events).toMatchObject([
      { type, messageId, ...shape.who, receivedAt, timestamp: receivedAt - shape.agoMs },
    ]);
    const { userId, anonymousId } = events[0] ?? {};
    expect({ userId, anonymousId }).toEqual({
      userId: undefined,
      anonymousId: undefined,
      ...shape.who,
    });
  });

  it('is refused with another key', async () => {
    const before = (await ingest.events()).length;
    expect(await post(shape, 'another-key')).toMatchObject({ status: 401 });
    expect(await ingest.events()).toHaveLength(before);
  });
});

it('what a batch says of all its events reaches each of them', async () => {
  const shape = shapes.find(({ sdk }) => sdk === 'analytics-go');
  const event = (await ingest.events()).find(({ messageId }) => messageId === 'of-go');
  expect(event?.context).toEqual(shape?.around.context);
});
