import { beforeEach, expect, it } from 'vitest';
import { keyIdOf, leadIdOf, visitPrefix } from '../../lambdas/digest.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { DeadLetter, Mailbox } from '../../lambdas/lead/types.ts';
import { createBury } from '../../lambdas/store/bury.ts';
import { createSealLetters } from '../../lambdas/absorb/forgetLetters.ts';
import { leadLimits, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { at, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const lead = leadIdOf('jane@example.com');
const user = keyIdOf('userId', 'u');
const token = '_mch-example.com-1374552656411-11111';
const clock = { now: () => at(60) };
const deletedAt = order(10);

let twin: ReturnType<typeof createLeadsTableTwin>;
beforeEach(() => {
  twin = createLeadsTableTwin(indexLimits.shards);
});

const seal = (more: Partial<Mailbox> = {}): Promise<number> => {
  const { table } = twin;
  const bury = createBury({ table, clock, limits: leadLimits });
  const state = {
    ...emptyMailbox('', order(1)),
    cookies: { [token]: { order: order(1) } },
    ...more,
  };
  const found = { leads: new Map([[lead, { version: 1, state }]]), keys: new Map([[user, {}]]) };
  return createSealLetters({ table, clock, timing: leadTiming, bury })(found, deletedAt);
};

const letterAt = (...seconds: readonly number[]): DeadLetter => ({
  because: 'Marketo refused it',
  lead,
  fields: seconds.map((second) => ({ name: `F${second}`, value: 'x', order: order(second) })),
});
const bury = (id: string, letter: DeadLetter): Promise<void> => twin.table.bury(id, letter, at(1));
const fieldsLeft = (): readonly string[] =>
  [...twin.dead.values()].flatMap((letter) =>
    'fields' in letter ? letter.fields.map(({ name }) => name) : ['a visit'],
  );

it('dead letters from before a deletion are emptied, and those since stay', async () => {
  await bury(`${lead}#1`, letterAt(3));
  await bury(`${lead}#2`, letterAt(12));
  expect(await seal()).toBe(1);
  expect([...twin.dead.keys()]).toEqual([`${lead}#2`]);
});

it('of a dead letter that has both, what came since goes on in one of its own', async () => {
  await bury(`${lead}#1`, letterAt(3, 12));
  expect(await seal()).toBe(1);
  expect(fieldsLeft()).toEqual(['F12']);
  expect(await seal()).toBe(0);
  expect(fieldsLeft()).toEqual(['F12']);
});

it('dead letters of a user of whom nothing else is left are found', async () => {
  await bury(`${user}#1`, { ...letterAt(3), key: user });
  expect(await seal()).toBe(1);
  expect(fieldsLeft()).toEqual([]);
});

it('refused visits go unless they came since', async () => {
  const visit = { messageId: 'm', token, path: '/p', at: at(1) };
  const prefix = visitPrefix(token);
  const because = 'Munchkin refused it';
  for (const seconds of [3, 12])
    await twin.table.bury(
      `${prefix}${seconds}`,
      { because, visit: { ...visit, whose: { order: order(seconds), keys: [] } } },
      at(1),
    );
  expect(await seal()).toBe(1);
  expect([...twin.dead.keys()]).toEqual([`${prefix}12`]);
});

it('a call in flight leaves no dead letter, but one that began after the deletion may', async () => {
  await seal({ owner: 'call' });
  await bury(`${lead}#call#0`, letterAt(3));
  expect(fieldsLeft()).toEqual([]);
  await seal({ owner: 'later', deleted: deletedAt });
  await bury(`${lead}#later#0`, letterAt(12));
  expect(fieldsLeft()).toEqual(['F12']);
});
