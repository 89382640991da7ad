import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailKeyOf, isEmail } from '../../lambdas/segment/email.ts';

/** Short texts of the characters that the decision turns on. */
const text = fc.string({ unit: fc.constantFrom('a', '@', '.', ' ', '\n', 'é'), maxLength: 9 });

describe('what looks like an e-mail address', () => {
  it('is what the classic expression says, without white space', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(isEmail(value)).toBe(/.+@.+\..+/.test(value) && !/\s/.test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is decided in no time for a text that the expression would take years for', () => {
    const hostile = '@'.repeat(32_000);
    const start = performance.now();
    expect(isEmail(hostile)).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('is one lead in any case and with any space around it', () => {
    expect(emailKeyOf(' Ada@Example.COM ')).toBe('ada@example.com');
  });
});
