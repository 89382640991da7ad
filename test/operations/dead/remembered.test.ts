import { expect, it } from 'vitest';
import type { EpochMs } from '../../../lambdas/segment/time.ts';
import type { DeadLetterStore } from '../../../operations/dead/deadLetterStore.ts';
import { createRemembered } from '../../../operations/dead/remembered.ts';
import { at } from '../../support/mailboxes.ts';

type Counted = Awaited<ReturnType<DeadLetterStore['count']>>;

/** Each count that is asked for is answered by the test. */
const here = () => {
  const asked: PromiseWithResolvers<Counted>[] = [];
  const time: { now: EpochMs } = { now: at(0) };
  const count = (): Promise<Counted> => {
    const one = Promise.withResolvers<Counted>();
    asked.push(one);
    return one.promise;
  };
  const remembered = createRemembered({ count }, { now: () => time.now });
  const answers = async (requests: number, of = 0): Promise<unknown> => {
    const told = remembered.count(9);
    asked.at(-1)?.resolve({ count: of, isAll: true, requests });
    return told;
  };
  return { ...remembered, asked, time, answers };
};

it('a count of a large backlog stands for a minute', async () => {
  const { count, asked, time, answers } = here();
  expect(await answers(20, 3)).toEqual({ count: 3, isAll: true });
  time.now = at(59);
  expect(await count(9)).toEqual({ count: 3, isAll: true });
  expect(asked).toHaveLength(1);
  time.now = at(60);
  expect(await answers(20, 4)).toEqual({ count: 4, isAll: true });
});

it('a count that one request gave is made anew', async () => {
  const { answers } = here();
  expect(await answers(1, 3)).toEqual({ count: 3, isAll: true });
  expect(await answers(1, 4)).toEqual({ count: 4, isAll: true });
});

it('two who ask at the same time wait for one count, but not for one of fewer', async () => {
  const { count, asked, answers } = here();
  const other = count(9);
  await answers(20, 3);
  expect(await other).toEqual({ count: 3, isAll: true });
  expect(asked).toHaveLength(1);
  void count(1);
  expect(asked).toHaveLength(2);
});

it('a count that failed is made anew', async () => {
  const { count, asked, answers } = here();
  const failed = count(9);
  asked[0]?.reject(new Error('throttled'));
  await expect(failed).rejects.toThrow('throttled');
  expect(await answers(20, 3)).toEqual({ count: 3, isAll: true });
});

it('what was counted before letters were resent or dropped is forgotten, counted out or not', async () => {
  const { count, forget, asked, answers } = here();
  await answers(20, 3);
  forget();
  const before = count(9);
  forget();
  expect(await answers(20, 2)).toEqual({ count: 2, isAll: true });
  asked[1]?.resolve({ count: 3, isAll: true, requests: 20 });
  await before;
  expect(await count(9)).toEqual({ count: 2, isAll: true });
});
