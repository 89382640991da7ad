import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, shortHashOf } from '../lambdas/digest.ts';
import { mayBeLogged, scrubbedName, scrubbedText } from '../lambdas/scrub.ts';
import { addressForms } from './support/addresses.ts';

describe('a string from outside', () => {
  it.each(Object.entries(addressForms))('that holds an address %s is not logged', (_, text) => {
    expect(mayBeLogged(text)).toBe(false);
    expect(scrubbedName(text)).toBe(`hidden-${shortHashOf(text)}`);
    expect(scrubbedText(`${text} is filled by something else`)).toMatch(/^hidden-[\w-]{11}$/);
  });

  it.each([
    'Second Favorite Color',
    'order-2026-03-01T12:00:00.000Z',
    'ajs-next-1772366400000-3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'Größe (cm)',
    '名前',
    'plan=pro&seats=5',
    '100%',
    'Attendance, at least',
    '__proto__',
    '0x1F',
    'Marketo answered a code that is unknown to us (1234)',
  ])('that names nobody stays as it is: %s', (text) => {
    expect(scrubbedName(text)).toBe(text);
  });

  it('that is an id or a hash stays as it is', () => {
    for (let each = 0; each < 2_000; each += 1) {
      const id = randomUUID();
      for (const text of [id, id.replaceAll('-', ''), hashOf(id), `content-${hashOf(id)}`])
        expect(scrubbedName(text)).toBe(text);
    }
  });

  it('that is longer than any name is not logged', () => {
    expect(mayBeLogged('x'.repeat(257))).toBe(false);
    expect(scrubbedText('x '.repeat(501))).toMatch(/^hidden-/);
  });

  it('never shows an @, whatever stands around it and however often it is escaped', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(3), (before, after, times) => {
        let text = `${before.replaceAll('%', '')}@${after.replaceAll('%', '')}`;
        for (let each = 0; each < times; each += 1) text = encodeURIComponent(text.toWellFormed());
        expect(mayBeLogged(text)).toBe(false);
      }),
    );
  });

  it('costs little, however it is built', () => {
    const hard = [
      '%25'.repeat(9_000),
      '&amp;'.repeat(6_000),
      '\\u005c'.repeat(5_000),
      'QUFB'.repeat(8_000),
    ];
    for (const text of hard) expect(mayBeLogged(text)).toBe(false);
    for (const text of hard) expect(scrubbedText(text.slice(0, 999))).toBeTypeOf('string');
  });
});
