import { expect, test } from 'vitest';
import type { Preview } from '../../../../operations/preview/types.ts';
import { rowsOf, summaryOf } from '../../../../operations/console/client/preview/rows.ts';

const nothing: Preview = { fields: [], memberships: [], leftOut: [], rules: [], requests: [] };

const field = (name: string, value: unknown, by = 'a rule') => ({ field: name, value, by });

test('a tried mapping’s rows come in its order, with what is new, changed and gone', () => {
  const inForce = { ...nothing, fields: [field('A', 1), field('B', 2), field('C', 3)] };
  const tried = { ...nothing, fields: [field('D', 4), field('B', 5), field('A', 1)] };
  expect(
    rowsOf('fields', inForce, tried).map(({ name, change, before }) => [name, change, before]),
  ).toEqual([
    ['D', 'new', undefined],
    ['B', 'changed', 2],
    ['A', 'same', undefined],
    ['C', 'gone', undefined],
  ]);
  expect(rowsOf('fields', inForce).every(({ change }) => change === 'same')).toBe(true);
});

test('a field that another rule fills with the same value has changed', () => {
  const inForce = { ...nothing, fields: [field('A', 1, 'one')] };
  const tried = { ...nothing, fields: [field('A', 1, 'other')] };
  expect(rowsOf('fields', inForce, tried)[0]?.change).toBe('changed');
});

test.each<readonly [preview: Partial<Preview>, says: string]>([
  [{ stopped: 'refused: type is missing' }, 'Nothing goes to Marketo. The event is refused: type'],
  [{ fields: [field('A', 1)] }, 'The event sets one field.'],
  [
    {
      fields: [field('A', 1), field('B', 1)],
      memberships: [{ register: 'list:1', value: true }],
      visit: {},
    },
    'The event sets 2 fields, says one more thing about the lead and sends a web page visit.',
  ],
  [{ dropped: 'events is none' }, 'Nothing goes to Marketo: events is none.'],
  [{ visit: {}, dropped: 'no activity' }, 'The event sends a web page visit. No activity.'],
  [{}, 'Nothing goes to Marketo, but the event still says'],
])('a preview %j is summed up as “%s”', (preview, says) => {
  expect(summaryOf({ ...nothing, ...preview })).toContain(says);
});
