import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../../lambdas/history/types.ts';
import { epochMs } from '../../../../lambdas/segment/time.ts';
import { adviceFor } from '../../../../operations/console/client/history/advice.ts';
import { textOf } from '../../../../operations/console/client/history/fileText.ts';
import {
  addressOf,
  fieldsIn,
  filterOf,
} from '../../../../operations/console/client/history/filter.ts';

const event: HistoryEvent = {
  message: 'short-hash-',
  outcome: 'dead',
  at: epochMs(1_700_000_000_000),
  type: 'track',
  name: '=HYPERLINK("https://example.com")',
  reason: 'one, "two"',
  email: 'jane@example.com',
  steps: [],
};

describe('a file of events', () => {
  it('is CSV that no spreadsheet takes for a formula, and that splits nowhere else', () => {
    const [head, row] = textOf('csv', [event]).split('\r\n');
    expect(head).toMatch(/^at,receivedAt,outcome,reason,/);
    expect(row).toContain('2023-11-14T22:13:20.000Z,,dead,"one, ""two""",track,');
    expect(row).toContain('"\'=HYPERLINK(""https://example.com"")"');
  });

  it('is one JSON object a line', () => {
    const lines = textOf('jsonl', [event, event]).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([event, event]);
  });
});

describe('the filter of events', () => {
  it('comes back from its address, but for who is looked for', () => {
    const fields = {
      ...fieldsIn(''),
      outcome: 'held',
      reason: 'a/b & c',
      range: 'between',
      from: 5,
      to: 9,
      person: 'jane@example.com',
      messageId: 'm-1',
    } as const;
    const address = addressOf(fields);
    expect(address).not.toMatch(/jane|m-1|\//);
    expect(fieldsIn(address)).toEqual({ ...fields, person: '', messageId: '' });
  });

  it('asks for nothing that is empty, unknown or too short', () => {
    expect(filterOf(fieldsIn('outcome=nonsense&type=&from=x'), 0)).toEqual({});
    expect(filterOf({ ...fieldsIn(''), person: 'ja', name: ' ' }, 0)).toEqual({});
    expect(
      filterOf({ ...fieldsIn('range=hour&outcome=dead'), person: ' jane ' }, 7_200_000),
    ).toEqual({ from: 3_600_000, outcomes: ['dead'], person: 'jane' });
  });
});

it.each([
  ['dead', 'Marketo has no such field: Plan_Tier', /Make the field in Marketo/],
  ['dropped', 'no consent', /have not agreed/],
  ['dead', 'the API user has no access to the lead’s partition', /partition in Marketo/],
  ['dead', 'something new', /Mend the cause, then resend/],
  ['refused', 'something new', /where the events come from/],
] as const)('what to do about %s “%s” is said in plain words', (outcome, reason, advice) => {
  expect(adviceFor(outcome, reason)).toMatch(advice);
});
