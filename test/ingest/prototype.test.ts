import { describe, expect, it } from 'vitest';
import { hashOf } from '../../lambdas/digest.ts';
import { ingestWith, request } from './support.ts';

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

/** An object with a key of every such name; JSON text, since code cannot write `__proto__` so. */
const hostile = (value: string): string =>
  `{${names.map((name) => `"${name}":${value}`).join(',')}}`;

const texts = [hostile('{"polluted":true,"email":"evil@example.com"}'), hostile('"text"')];

describe('keys with the names of what objects inherit', () => {
  it.each(texts)('are data like any other, wherever they stand: %s', async (text) => {
    const item = `{"type":"identify","userId":"u","messageId":"m","traits":${text},"context":${text},
      "integrations":${text},"properties":${text},${text.slice(1, -1)}}`;
    const body = `{"batch":[${item},${text},"x"],"context":${text},"integrations":${text},
      ${text.slice(1, -1)}}`;
    const { post, sent } = ingestWith();
    const { status, said } = await post(request('/v1/batch', body));
    expect(status).toBe(200);
    expect(said.errors?.map(({ index, code }) => [index, code])).toEqual([
      [1, 'type_not_defined'],
      [2, 'not_object'],
    ]);
    expect(sent).toHaveLength(1);
    const event = sent[0]?.event;
    expect(event && Object.keys(event.traits ?? {})).toEqual(names);
    expect(Object.keys(event?.context ?? {})).toEqual(names);
    expect(sent[0]?.group).toBe(hashOf('user:u'));
    for (const part of [event, event?.traits, event?.context, event?.integrations]) {
      expect(Object.getPrototypeOf(part)).toBe(Object.prototype);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    // What goes to the queue says the same again.
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  });

  it('are ids, types and events by their text only', async () => {
    const { post, sent } = ingestWith();
    for (const name of names) {
      const track = { type: 'track', userId: name, messageId: name, event: name };
      expect((await post(request('/v1/batch', { batch: [track] }))).status).toBe(200);
      const typed = await post(request('/v1/batch', { batch: [{ ...track, type: name }] }));
      expect(typed.said.errors).toMatchObject([{ code: 'type_unknown' }]);
    }
    expect(sent.map(({ event }) => event.userId)).toEqual(names);
  });
});
