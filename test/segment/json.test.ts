import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysIn } from '../../lambdas/segment/json.ts';
import type { Json } from '../../lambdas/segment/event.ts';

describe('the keys of a value', () => {
  it('are those of all its objects', () => {
    expect(keysIn({ a: 1, b: { c: [{ d: null }, { d: { e: 2 } }, 'f'] } })).toBe(6);
    expect([keysIn([1, 2]), keysIn('a'), keysIn(null), keysIn(undefined)]).toEqual([0, 0, 0, 0]);
  });

  it('are as many as its JSON text has colons outside of strings', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
        expect(keysIn(value as Json)).toBe(text.split(':').length - 1);
      }),
    );
  });

  it('are counted where recursion would exhaust the stack, and in long arrays', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`) as Json;
    expect(keysIn(deep)).toBe(100_000);
    expect(keysIn(Array.from({ length: 300_000 }, () => 0))).toBe(0);
  });
});
