import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf, shortHashOf, visitPrefix } from '../../../lambdas/digest.ts';
import { emptyMailbox } from '../../../lambdas/lead/mailbox.ts';
import { tooMuch } from '../../../lambdas/lead/itemSize.ts';
import type { DeadLetter, Mailbox } from '../../../lambdas/lead/leadTypes.ts';
import type { LeadsTable } from '../../../lambdas/store/leadsTable.ts';
import type { Tick, TickQueue } from '../../../lambdas/store/tickQueue.ts';
import { deadLetterIdOf } from '../../../lambdas/store/deadLetterWriter.ts';
import { createStore } from '../../../lambdas/store/leadStore.ts';
import { leadLimits, leadTiming } from '../../../lambdas/limits.ts';
import { createDead } from '../../../operations/dead/dead.ts';
import type { DeadEvents } from '../../../operations/dead/events.ts';
import { OperationsError } from '../../../operations/error.ts';
import { activityAt, at, order } from '../../support/mailboxes.ts';
import { createLeadsTableTwin } from '../../twins/leadsTable.ts';
import { noTicks } from '../../twins/ticks.ts';
import { createLettersTwin } from './lettersTwin.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const key = keyIdOf('userId', 'jane');
const plan = { name: 'Plan', value: 'pro', order: order(1) };
const letter: DeadLetter = { because: 'Marketo refused it', lead, fields: [plan] };

const here = (
  broken: (table: LeadsTable) => Partial<LeadsTable> = () => ({}),
  pageItems?: number,
) => {
  const twin = createLeadsTableTwin(2);
  const table = { ...twin.table, ...broken(twin.table) };
  const clock = { now: () => at(60) };
  const sent: Tick[] = [];
  /** What happens when a tick named a lead. */
  const meanwhile: { ticked: () => Promise<void> } = { ticked: () => Promise.resolve() };
  const tickQueue: TickQueue = {
    send: async (ticks): Promise<void> => {
      sent.push(...ticks);
      await meanwhile.ticked();
    },
  };
  const asked: string[] = [];
  const events: DeadEvents = {
    look: () =>
      Promise.resolve({
        events: [
          { id: 'sqs-1', at: at(50), body: JSON.stringify(event) },
          { id: 'sqs-2', at: at(40), body: 'nonsense' },
        ],
        hidden: 20,
      }),
    resend: (ids) => {
      asked.push(...ids);
      return Promise.resolve(new Map(ids.map((id) => [id, { kind: 'missing', isAll: false }])));
    },
    drop: (ids) =>
      Promise.resolve(
        new Map(
          ids.map((id) => [id, { kind: 'done', event: { id, at: at(50), body: 'nonsense' } }]),
        ),
      ),
  };
  const said: string[] = [];
  const letters = createLettersTwin(twin, pageItems);
  const dead = createDead({
    // As in a large backlog.
    letters: {
      ...letters,
      count: async (most) => ({ ...(await letters.count(most)), requests: 9 }),
    },
    events,
    table,
    tickQueue,
    clock,
    logger: {
      delivery: (line) => said.push(JSON.stringify(line)),
      call: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    timing: leadTiming,
    limits: leadLimits,
    holdMs: 3_600_000,
    resendUnchangedAfterMs: 86_400_000,
    emailChange: 'rename' as const,
  });
  const store = createStore({
    table: twin.table,
    ticks: noTicks,
    clock,
    timing: leadTiming,
    holdMs: 1_000,
  });
  return {
    ...dead,
    twin,
    sent,
    meanwhile,
    said,
    asked,
    store,
    mailbox: async () => (await store.leads([lead])).get(lead)?.state,
    holds: async (state: Mailbox): Promise<void> => {
      await store.lockLead(lead, {}, state);
    },
  };
};

const event = {
  messageHash: shortHashOf('m-1'),
  type: 'identify',
  userId: 'jane',
  traits: { email, plan: 'secret' },
};
const empty = emptyMailbox(email, order(0));

describe('the list', () => {
  it('has dead letters of every kind, the latest first, with ids that tell what they are', async () => {
    const { twin, dead } = here();
    const visit = { messageId: 'v-1', token: 't', path: '/p', host: 'example.com', at: at(1) };
    await twin.table.putDeadLetter(`${visitPrefix('t')}1`, { because: 'refused', visit }, at(1));
    await twin.table.putDeadLetter(
      `${key}#1`,
      { because: 'no e-mail', key, fields: [plan] },
      at(2),
    );
    const activities = [activityAt(order(2))];
    await twin.table.putDeadLetter(`${lead}#1`, { ...letter, activities }, at(3));
    const page = await dead();
    expect(page.next).toBeUndefined();
    const times = page.dead.map((one) => one.at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const byKind = new Map(page.dead.map((one) => [one.id.split(':')[0], one]));
    expect(byKind.get('lead')).toMatchObject({
      id: `lead:${lead}#1`,
      kind: 'lead',
      lead,
      fields: [{ name: 'Plan', value: 'pro' }],
      activities: 1,
      messages: [shortHashOf('m')],
    });
    expect(byKind.get('key')).toMatchObject({ id: `key:${key}#1`, kind: 'lead', key });
    expect(byKind.get('visit')).toMatchObject({ kind: 'visit', page: 'example.com/p' });
    const [known, unknown] = page.dead.filter(({ kind }) => kind === 'event');
    expect(known).toMatchObject({
      id: 'event:sqs-1',
      lead,
      because: 'the worker could not process it',
      messages: [event.messageHash],
      fields: [],
    });
    expect(unknown).toMatchObject({ because: 'the message is no event of ours', messages: [] });
  });

  it('has the events on its first page alone, with how many more there are', async () => {
    const { twin, dead } = here(undefined, 2);
    for (const n of [1, 2, 3]) await twin.table.putDeadLetter(`${lead}#${n}`, letter, at(n));
    const first = await dead();
    expect(first.dead.map(({ kind }) => kind).sort()).toEqual(['event', 'event', 'lead', 'lead']);
    const second = await dead(first.next);
    expect(second).toEqual({ dead: [expect.objectContaining({ id: `lead:${lead}#3` })] });
    expect(first.hidden).toBe(20);
  });

  it('of one person has a bounded number, and what is theirs first', async () => {
    const { twin, of } = here();
    for (let n = 0; n < 120; n += 1)
      await twin.table.putDeadLetter(`${lead}#${String(n).padStart(3, '0')}`, { ...letter }, at(n));
    await twin.table.putDeadLetter(`${key}#1`, { because: 'no e-mail', key, fields: [] }, at(200));
    const found = await of([`${lead}#`, `${key}#`]);
    expect(found).toHaveLength(100);
    expect(found.map(({ id }) => id)).toContain(`lead:${lead}#119`);
    expect(found.map(({ id }) => id)).not.toContain(`lead:${lead}#019`);
  });
});

describe('the count', () => {
  it('stands for a while, unless letters were resent or dropped', async () => {
    const { twin, count, drop } = here();
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    expect(await count(10)).toEqual({ count: 1, isAll: true });
    await twin.table.putDeadLetter(`${lead}#2`, letter, at(5));
    expect(await count(10)).toEqual({ count: 1, isAll: true });
    await drop([`lead:${lead}#3`]);
    expect(await count(10)).toEqual({ count: 2, isAll: true });
  });
});

describe('to resend', () => {
  it('a letter of a call that is not over yet leaves it alone', async () => {
    const { twin, resend, holds, mailbox } = here();
    const calling: Mailbox = {
      ...empty,
      fields: { Plan: { order: order(1), value: 'pro' } },
      owner: 'call-1',
      lockedUntil: at(160),
    };
    await holds(calling);
    await twin.table.putDeadLetter(`${lead}#call-1#0`, letter, at(5));
    await twin.table.putDeadLetter(`${lead}#call-0#0`, letter, at(5));
    expect(await resend([`lead:${lead}#call-1#0`, `lead:${lead}#call-0#0`])).toEqual([
      {
        id: `lead:${lead}#call-1#0`,
        outcome: 'kept',
        because: 'the call to Marketo that it comes of is not over; try again in a few minutes',
      },
      { id: `lead:${lead}#call-0#0`, outcome: 'resent', because: expect.anything() as string },
    ]);
    expect([...twin.dead.keys()]).toEqual([`${lead}#call-1#0`]);
    expect((await mailbox())?.fields).toEqual(calling.fields);
  });

  it('a letter whose lead has expired makes it again, where the letter has the e-mail', async () => {
    const { twin, resend, mailbox, sent } = here();
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    expect(await resend([`lead:${lead}#1`])).toMatchObject([
      { outcome: 'kept', because: expect.stringContaining('e-mail') as string },
    ]);
    expect(await mailbox()).toBeUndefined();
    const named = { name: 'Email', value: 'Jane@Example.com', order: order(1) };
    await twin.table.putDeadLetter(`${lead}#2`, { ...letter, fields: [plan, named] }, at(5));
    const other = { ...named, value: 'joe@example.com' };
    await twin.table.putDeadLetter(`${lead}#3`, { ...letter, fields: [plan, other] }, at(6));
    expect(await resend([`lead:${lead}#3`])).toMatchObject([{ outcome: 'kept' }]);
    expect(await resend([`lead:${lead}#2`])).toMatchObject([{ outcome: 'resent' }]);
    expect((await mailbox())?.address.text).toBe('Jane@Example.com');
    // It goes once Marketo's fields may be asked for anew.
    expect(sent).toEqual([{ delaySeconds: 60 }]);
    expect([...twin.dead.keys()]).toEqual([`${lead}#1`, `${lead}#3`]);
  });

  it('more than the mailbox has room for keeps it', async () => {
    const { twin, resend, holds } = here();
    const full = Array.from({ length: leadLimits.fields }, (_, n) => [
      `F${n}`,
      { order: order(1), value: n },
    ]);
    await holds({ ...empty, fields: Object.fromEntries(full) as Mailbox['fields'] });
    await twin.table.putDeadLetter(`${lead}#1`, { ...letter, because: tooMuch }, at(5));
    expect(await resend([`lead:${lead}#1`])).toMatchObject([{ outcome: 'kept', because: tooMuch }]);
    expect(twin.dead.size).toBe(1);
  });

  it('more than the key has room for keeps it as a dead letter of its own', async () => {
    const { twin, resend, store } = here();
    const full = Array.from({ length: leadLimits.fields }, (_, n) => [
      `F${n}`,
      { order: order(1), value: n },
    ]);
    const fields = Object.fromEntries(full) as Mailbox['fields'];
    await store.saveKey(key, {}, { fields, cookies: {}, heldSince: at(1) });
    const refused: DeadLetter = { because: tooMuch, key, fields: [plan] };
    for (const id of [deadLetterIdOf(refused), `${key}#another`]) {
      await twin.table.putDeadLetter(id, refused, at(5));
      expect(await resend([`key:${id}`])).toMatchObject([{ outcome: 'kept', because: tooMuch }]);
      expect([...twin.dead.entries()]).toEqual([[deadLetterIdOf(refused), refused]]);
    }
  });

  it('what is older than the deletion of its user brings nothing back, and the rest', async () => {
    const { twin, resend, holds, mailbox } = here();
    await holds({ ...empty, address: { text: email, order: order(20) }, deleted: order(10) });
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    const newer = { name: 'Logins', value: 7, order: order(30) };
    await twin.table.putDeadLetter(`${lead}#2`, { ...letter, fields: [plan, newer] }, at(6));
    const outcomes = await resend([`lead:${lead}#1`, `lead:${lead}#2`]);
    expect(outcomes).toMatchObject([
      { outcome: 'superseded', because: 'the user was deleted' },
      { outcome: 'resent' },
    ]);
    expect((await mailbox())?.fields).toEqual({ Logins: { order: order(30), value: 7 } });
    expect(twin.dead.size).toBe(0);
  });

  it('tells of each value that stays behind why', async () => {
    const { twin, resend, holds } = here();
    await holds({
      ...empty,
      fields: {
        Plan: { order: order(50), value: 'basic' },
        Logins: { order: order(2), value: 7 },
      },
    });
    const logins = { name: 'Logins', value: 8, order: order(3) };
    await twin.table.putDeadLetter(`${lead}#1`, { ...letter, fields: [plan, logins] }, at(5));
    expect(await resend([`lead:${lead}#1`])).toMatchObject([
      {
        outcome: 'resent',
        because: expect.stringMatching(/of 1 of its values later events say otherwise$/) as string,
      },
    ]);
  });

  it('says what is gone, takes each id once, and asks the queue for events alone', async () => {
    const { resend, asked } = here();
    const ids = ['event:sqs-1', `lead:${lead}#9`, 'visit:x#1', `lead:${lead}#9`];
    expect(await resend(ids)).toEqual([
      { id: 'event:sqs-1', outcome: 'kept', because: expect.stringContaining('seen') as string },
      ...ids.slice(1, 3).map((id) => ({
        id,
        outcome: 'gone',
        because: 'somebody has resent or dropped it, or its user was deleted',
      })),
    ]);
    expect(asked).toEqual(['sqs-1']);
  });

  it.each(['', 'x', 'lead:', 'letter:1', lead])(
    'refuses %j, which is no id, and does nothing',
    async (id) => {
      const { twin, resend, drop } = here();
      await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
      for (const act of [resend, drop])
        await expect(act([`lead:${lead}#1`, id])).rejects.toMatchObject({
          code: 'bad-input',
          message: expect.stringMatching(/^ids: /) as string,
        });
      expect(twin.dead.size).toBe(1);
    },
  );

  it('goes on with the others where one fails, and says by its name what failed', async () => {
    const joe = leadIdOf('joe@example.com');
    const { twin, resend, holds } = here((table) => ({
      read: (keys) =>
        keys.includes(`lead#${joe}`)
          ? Promise.reject(new OperationsError('denied', 'ask for the right to read'))
          : table.read(keys),
    }));
    await holds(empty);
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    await twin.table.putDeadLetter(`${joe}#1`, { ...letter, lead: joe }, at(5));
    expect(await resend([`lead:${joe}#1`, `lead:${lead}#1`])).toMatchObject([
      { outcome: 'kept', because: 'ask for the right to read' },
      { outcome: 'resent' },
    ]);
    expect([...twin.dead.keys()]).toEqual([`${joe}#1`]);
  });

  it('what is a dead letter again before it is removed leaves it there', async () => {
    const { twin, resend, holds, meanwhile } = here();
    await holds(empty);
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    meanwhile.ticked = () => twin.table.putDeadLetter(`${lead}#1`, { ...letter }, at(6));
    expect(await resend([`lead:${lead}#1`])).toMatchObject([{ outcome: 'resent' }]);
    expect(twin.dead.size).toBe(1);
  });

  it('gives way to a worker that is busy with the lead', async () => {
    const { twin, resend, holds } = here(() => ({ write: () => Promise.resolve(false) }));
    await holds(empty);
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    expect(await resend([`lead:${lead}#1`])).toMatchObject([
      { outcome: 'kept', because: expect.stringContaining('busy') as string },
    ]);
    expect(twin.dead.size).toBe(1);
  });
});

describe('to drop', () => {
  it('removes letters for good, and says so once', async () => {
    const { twin, drop, said } = here();
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    const ids = [`lead:${lead}#1`, 'event:sqs-2'];
    expect(await drop(ids)).toEqual(ids.map((id) => ({ id, outcome: 'dropped' })));
    expect(twin.dead.size).toBe(0);
    expect(await drop([`lead:${lead}#1`])).toMatchObject([{ outcome: 'gone' }]);
    expect(said).toHaveLength(1);
    expect(JSON.parse(said[0] ?? '')).toEqual({
      step: 'dropped',
      lead,
      messages: [shortHashOf('m')],
      fields: ['Plan'],
      because: 'a dead letter was dropped by hand',
    });
    expect(said.join('')).not.toMatch(/pro|jane@/);
  });

  it('does not keep the same letter out, should the same happen again', async () => {
    const { twin, drop, dead } = here();
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(5));
    await drop([`lead:${lead}#1`]);
    await twin.table.putDeadLetter(`${lead}#1`, letter, at(8));
    expect((await dead()).dead.map(({ id }) => id)).toContain(`lead:${lead}#1`);
  });
});
