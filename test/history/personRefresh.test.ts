import { expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { refreshesPerson } from '../../lambdas/history/personRefresh.ts';
import type { HistoryStep } from '../../lambdas/history/types.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const at = epochMs(1_000);
const step = (name: HistoryStep['step'], ...fields: readonly string[]): HistoryStep => ({
  kind: 'step',
  at,
  service: 'absorb',
  step: name,
  fields,
});
const updateOf = (nth: number, ...steps: readonly HistoryStep[]) => ({
  message: shortHashOf(`message-${nth}`),
  at,
  outcome: 'waiting' as const,
  steps,
});
const many = Array.from({ length: 800 }, (_, nth) => nth);

it('writes the person of each event that says something for the first time', () => {
  expect(many.every((nth) => refreshesPerson(updateOf(nth, step('absorbed', 'Title'))))).toBe(true);
});

it('writes the person of an event that changes what people are found by', () => {
  for (const field of ['Email', 'FirstName', 'User_Id', 'unsubscribedName'])
    expect(
      many.every((nth) =>
        refreshesPerson(updateOf(nth, step('unchanged', 'Title'), step('absorbed', field))),
      ),
    ).toBe(true);
});

it('writes the person of one in 32 events that repeat what is known', () => {
  const written = many.filter((nth) =>
    refreshesPerson(
      updateOf(nth, step('unchanged', 'Email', 'FirstName'), step('absorbed', 'Age')),
    ),
  );
  expect(written.length).toBeGreaterThan(5);
  expect(written.length).toBeLessThan(60);
});
