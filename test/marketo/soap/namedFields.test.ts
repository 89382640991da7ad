import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badValueNames, unknownNames } from '../../../lambdas/marketo/soap/namedFields.ts';

const sent = new Set(['pants', 'Socks', 'FirstName', 'Size, EU', 'Size', 'EU']);
const unknown = (list: string) =>
  unknownNames(`syncLead operation failed: unknown fields for import: ${list}`, sent);

describe('the fields that Marketo says it does not know', () => {
  it.each([
    ['pants (20105)', ['pants']],
    ['pants', ['pants']],
    ['pants, Socks (20105)', ['pants', 'Socks']],
    ['pants,Socks(20105)', ['pants', 'Socks']],
    ['  pants , Socks  (20105) ', ['pants', 'Socks']],
    ['PANTS (20105)', ['pants']],
    ['Size, EU (20105)', ['Size, EU']],
    ['EU, Size (20105)', ['EU', 'Size']],
    ['shirt, pants, tie (20105)', ['pants']],
    ['pantsuit, Sock (20105)', []],
    ['(20105)', []],
    ['', []],
  ])('are read from “%s”', (list, names) => {
    expect(unknown(list)).toEqual(names);
  });

  it('are read from another wording of the sentence', () => {
    expect(unknownNames('20105 - Unknown lead field: Socks', sent)).toEqual(['Socks']);
  });

  it('are none where the sentence names none', () => {
    expect(unknownNames('20105 - Unknown lead field', sent)).toEqual([]);
    expect(unknownNames('pants, Socks', sent)).toEqual([]);
  });

  it('are the right one of two that differ in case', () => {
    expect(unknownNames('unknown fields for import: a', new Set(['A', 'a']))).toEqual(['a']);
  });

  it('are all found, whatever they are called', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_:.()' -]*[A-Za-z0-9_]$/).map((text) => text.trim());
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 20 }), (names) => {
        const text = `syncLead operation failed: unknown fields for import: ${names.join(', ')} (20105)`;
        expect([...unknownNames(text, new Set([...names, 'Other']))].sort()).toEqual(
          [...names].sort(),
        );
      }),
    );
  });
});

describe('the field whose value Marketo cannot take', () => {
  it('is read from its sentence', () => {
    const text =
      "syncLead operation failed: Invalid value for field 'Socks' and value 'two' (20106)";
    expect(badValueNames(text, sent, [])).toEqual(['Socks']);
  });

  it('is never one that the value speaks of', () => {
    const text = "Invalid value for field 'Score' and value 'in field 'Socks''";
    expect(badValueNames(text, sent, [])).toEqual([]);
  });

  it('is none where there is no such sentence', () => {
    expect(badValueNames('Socks', sent, [])).toEqual([]);
  });

  it('is what the code implies where the sentence names none, if we sent it', () => {
    expect(badValueNames('refused', sent, ['Socks', 'Company'])).toEqual(['Socks']);
    const text = "Invalid value for field 'Size' and value 'two' (20106)";
    expect(badValueNames(text, sent, ['Socks'])).toEqual(['Size']);
  });
});
