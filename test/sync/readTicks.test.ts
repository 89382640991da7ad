import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTicks } from '../../lambdas/sync/readTicks.ts';

const read = (...bodies: readonly unknown[]) =>
  readTicks(bodies.map((body, n) => ({ id: `m-${n}`, body: JSON.stringify(body) })));

const nothing = {
  leads: new Set(),
  visits: false,
  isScheduled: false,
  adopted: [],
  unrecognized: 0,
};

describe('the ticks of a batch', () => {
  it('ask together for what each of them asks', () => {
    expect(read({})).toEqual(nothing);
    expect(read({ leads: ['a', 'b'] }, {}, { leads: ['b', 'c'] })).toEqual({
      ...nothing,
      leads: new Set(['a', 'b', 'c']),
    });
    expect(read({ leads: ['a'] }, { visits: true })).toEqual({
      ...nothing,
      leads: new Set(['a']),
      visits: true,
    });
    expect(read({ scheduled: true }, {})).toEqual({ ...nothing, isScheduled: true });
    expect(read({ visits: false, scheduled: false })).toEqual(nothing);
  });

  it('of version 0.1 still name their lead', () => {
    expect(read({ lead: 'a' }, { leads: ['b'] })).toEqual({
      ...nothing,
      leads: new Set(['a', 'b']),
    });
  });

  it('of version 0.1 still hold the visit that has to wait, by the message that must come again', () => {
    const visit = {
      messageId: 'v',
      token: 't',
      path: '/p',
      at: 1,
      whose: { order: 'o', keys: [] },
    };
    expect(read({}, { visit, attempt: 3 })).toEqual({
      ...nothing,
      adopted: [{ id: 'm-1', visit, attempt: 3 }],
    });
  });

  it('that are none of ours are counted and cost no other', () => {
    const records = [
      { id: '1', body: 'hello' },
      { id: '2', body: '[]' },
      { id: '3', body: '{"sweep":true}' },
      { id: '4', body: '{"leads":"a"}' },
      { id: '5', body: 'null' },
      { id: '6', body: '{"visit":{"messageId":1},"attempt":0}' },
      { id: '7', body: '{"leads":["a"]}' },
    ];
    expect(readTicks(records)).toEqual({ ...nothing, leads: new Set(['a']), unrecognized: 6 });
  });

  it('are read whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 5 }), (bodies) => {
        const asked = readTicks(bodies.map((body, n) => ({ id: `${n}`, body })));
        expect(asked.unrecognized).toBeLessThanOrEqual(bodies.length);
      }),
    );
  });
});
