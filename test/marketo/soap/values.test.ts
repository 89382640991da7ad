import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldValue, Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { recordsIn } from './parsed.ts';
import { now, scriptedMarketo, syncLeadAnswer, syncMultipleAnswer } from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);

const sentFor = async (...updates: readonly Update[]) => {
  marketo.script(
    updates.length === 1
      ? syncLeadAnswer(1, 'UPDATED')
      : syncMultipleAnswer(...updates.map((_, index) => [index + 1, 'UPDATED'] as const)),
  );
  await marketo.client().sync(updates, deadline);
  const last = marketo.received().at(-1);
  if (!last) throw new Error('nothing was sent');
  return last;
};

describe('values', () => {
  const arrives = async (fields: Readonly<Record<string, FieldValue>>) => {
    const { body } = await sentFor(updateOf('ada@example.com', fields));
    return recordsIn(body)[0]?.leadAttributeList?.attribute.map(({ attrName, attrValue }) => [
      attrName,
      attrValue,
    ]);
  };

  it('are text, and null is the empty text that clears a field', async () => {
    expect(await arrives({ A: true, B: false, C: 0, D: -1.5, E: 1e20, F: null, G: '' })).toEqual([
      ['A', 'true'],
      ['B', 'false'],
      ['C', '0'],
      ['D', '-1.5'],
      ['E', '100000000000000000000'],
      ['F', ''],
      ['G', ''],
    ]);
  });

  it('keep markup, quotes, emoji and white space', async () => {
    const value = ` &<>"' &amp; &#38; ]]> 🦊 Ünïcode\r\n\ttail `;
    expect(await arrives({ 'A&B <"name">': value })).toEqual([['A&B <"name">', value]]);
  });

  it('that look like a CDATA section are text and cannot add elements to the request', async () => {
    const value =
      '<![CDATA[x]]></attrValue></attribute><attribute><attrName>Admin</attrName><attrValue><![CDATA[y]]>';
    expect(await arrives({ Note: value })).toEqual([['Note', value]]);
  });

  it('lose control characters, which no XML can carry', async () => {
    expect(await arrives({ A: 'a\u0000b\u0008c\u000Bd\u001Fe\uFFFEf\uFFFFg' })).toEqual([
      ['A', 'abcdefg'],
    ]);
    expect(await arrives({ A: 'half \uD83D of a pair' })).toEqual([['A', 'half \uFFFD of a pair']]);
  });

  it('of the e-mail come from the record alone', async () => {
    const { body } = await sentFor(
      updateOf('ada@example.com', { Email: 'eve@example.com', Title: 'x' }),
    );
    expect(body).not.toContain('eve@example.com');
    expect(recordsIn(body)[0]?.Email).toBe('ada@example.com');
  });

  it('arrive as they are, whatever text they are', async () => {
    const carried = fc
      .string({ unit: 'binary' })
      .filter((text) => !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(carried, carried), { minLength: 1, maxLength: 12 }),
        async (pairs) => {
          const leads = pairs.map(([email, value]) => updateOf(email, { Note: value }));
          const { body } = await sentFor(...leads);
          expect(
            recordsIn(body).map(({ Email, leadAttributeList }) => [
              Email,
              leadAttributeList?.attribute[0]?.attrValue,
            ]),
          ).toEqual(pairs);
        },
      ),
      { numRuns: 25 },
    );
  });
});
