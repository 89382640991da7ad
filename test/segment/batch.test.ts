import { describe, expect, it } from 'vitest';
import { openBatch, withShared } from '../../lambdas/segment/batch.ts';
import { cookieOf } from '../../lambdas/segment/cookie.ts';
import { optedOut } from '../../lambdas/segment/optOut.ts';
import type { JsonObject } from '../../lambdas/segment/event.ts';

const itemOf = (body: JsonObject): JsonObject => {
  const opened = openBatch(body);
  if ('problem' in opened) throw new Error(opened.problem.code);
  return withShared(opened.items[0] as JsonObject, opened.shared);
};

describe('what a batch says for all of its items', () => {
  it("gives an item the batch's context, integrations and sentAt", () => {
    const shared = { context: { ip: '::1' }, integrations: { All: false }, sentAt: 's' };
    expect(itemOf({ ...shared, batch: [{ type: 'page' }] })).toEqual({ ...shared, type: 'page' });
  });

  it('lets the item win, key by key, also within an object', () => {
    const body = {
      context: { ip: 'batch', traits: { email: 'batch', plan: 'batch' }, locale: 'batch' },
      batch: [{ context: { ip: 'item', traits: { email: 'item' } } }],
    };
    expect(itemOf(body)).toEqual({
      context: { ip: 'item', traits: { email: 'item', plan: 'batch' }, locale: 'batch' },
    });
  });

  it('lets an item win with a value of another kind', () => {
    const body = { integrations: { Marketo: {} }, batch: [{ integrations: { Marketo: false } }] };
    expect(itemOf(body)).toEqual({ integrations: { Marketo: false } });
  });

  it("keeps the item's sentAt, and takes the batch's for null", () => {
    expect(itemOf({ sentAt: 'batch', batch: [{ sentAt: 'item' }] }).sentAt).toBe('item');
    expect(itemOf({ sentAt: 'batch', batch: [{ sentAt: null }] }).sentAt).toBe('batch');
  });

  it("finds the item's own cookie and opt-out first where they are spelt in another case", () => {
    const own = '_mch-item.com-1374552656411-11111';
    const item = itemOf({
      context: { Marketo: { marketoCookie: '_mch-batch.com-1374552656411-22222' } },
      integrations: { all: false },
      batch: [{ context: { marketo: { marketoCookie: own } }, integrations: { All: true } }],
    });
    expect(cookieOf({ context: item.context as JsonObject })).toBe(own);
    expect(optedOut(item.integrations as JsonObject)).toBe(false);
  });

  it('ignores a context that is no object, in the batch and in the item', () => {
    expect(itemOf({ context: 'x', batch: [{ type: 'page' }] })).toEqual({ type: 'page' });
    expect(itemOf({ context: { a: 1 }, batch: [{ context: [] }] })).toEqual({ context: { a: 1 } });
  });

  it('cannot be made to touch a prototype', () => {
    const body = JSON.parse(
      '{"context":{"__proto__":{"polluted":1}},"batch":[{"context":{"__proto__":{"b":2}}}]}',
    ) as JsonObject;
    const context = itemOf(body).context as JsonObject;
    expect(context.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
  });

  it('is refused without events', () => {
    expect(openBatch({ batch: [] })).toMatchObject({ problem: { code: 'empty_batch' } });
    expect(openBatch({})).toMatchObject({ problem: { code: 'batch_not_array', field: 'batch' } });
    expect(openBatch({ batch: {} })).toMatchObject({
      problem: { message: 'batch must be an array of events, not object' },
    });
    expect(openBatch({ batch: [] })).toMatchObject({
      problem: { field: 'batch', message: 'batch has no events' },
    });
  });
});
