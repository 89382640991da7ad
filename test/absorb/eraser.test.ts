import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { digestOf, keyIdOf, leadIdOf, visitPrefix } from '../../lambdas/digest.ts';
import type { NormalizedEvent } from '../../lambdas/lead/absorb.ts';
import type { DeadLetter } from '../../lambdas/lead/leadTypes.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { createStore, parseKey } from '../../lambdas/store/leadStore.ts';
import { leadLimits, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { normalized, at, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const user = keyIdOf('userId', 'jane');
const token = '_mch-example.com-1374552656411-11111';
const limits = { ...leadLimits, keys: 4, leads: 4, keyPages: 2 };

let twin: ReturnType<typeof createLeadsTableTwin>;
let now = at(60);
let lines: DeliveryLine[] = [];
beforeEach(() => {
  twin = createLeadsTableTwin(indexLimits.shards);
  now = at(60);
  lines = [];
});

const partsOver = (table: LeadsTable) => {
  const clock = { now: () => now };
  const none = (): void => undefined;
  const logger = {
    call: none,
    warn: none,
    error: none,
    delivery: (line: DeliveryLine) => lines.push(line),
  };
  const timing = leadTiming;
  const store = createStore({ table, ticks: noTicks, clock, timing, holdMs: 86_400_000 });
  const parts = { table, store, clock, logger, metrics: noMetrics, timing, limits };
  const how = { resendUnchangedAfterMs: 0, emailChange: 'rename' } as const;
  return { store, ...createAbsorbEvents({ ...parts, ...how }) };
};

const deletion = { order: order(10), keys: { userId: user } };
const erase = () => partsOver(twin.table).erase(deletion);

/** Goes on with every erasure whose time has come, as the scheduled tick does. */
const passTime = async (ms: number = leadTiming.erasureRepeatMs): Promise<void> => {
  now = epochMs(now + ms);
  const { store, eraser } = partsOver(twin.table);
  for (const [key, { item }] of twin.rows) {
    const { erasure } = parseKey(key);
    if (erasure === undefined || !item.entry || item.entry.nextAt > now) continue;
    await eraser.resume(erasure, (await store.erasures([erasure])).get(erasure) ?? {});
  }
};
const isOver = (): boolean =>
  ![...twin.rows].some(([key, { item }]) => key.startsWith('erasure#') && item.entry);

const identify = (seconds: number, more: object = {}): NormalizedEvent =>
  normalized(seconds, { email, userId: 'jane', ...more });
const absorb = (...normalizedEvents: readonly NormalizedEvent[]) =>
  partsOver(twin.table).absorb(normalizedEvents);

const letterAt = (...seconds: readonly number[]): DeadLetter => ({
  because: 'Marketo refused it',
  lead,
  fields: seconds.map((second) => ({ name: `F${second}`, value: 'x', order: order(second) })),
});
const put = (id: string, deadLetter: DeadLetter): Promise<void> =>
  twin.table.putDeadLetter(id, deadLetter, now);
const fieldsLeft = (): readonly string[] =>
  [...twin.dead.values()].flatMap((deadLetter) =>
    'fields' in deadLetter ? deadLetter.fields.map(({ name }) => name) : ['a visit'],
  );
const everything = (): string => JSON.stringify([...twin.rows.values(), ...twin.dead.values()]);

describe('of the dead letters of a deleted user', () => {
  beforeEach(() => absorb(identify(1, { cookie: token, fields: { Plan: 'pro' } })));

  it('those from before the deletion go, and those since stay', async () => {
    await put(`${lead}#1`, letterAt(3));
    await put(`${lead}#2`, letterAt(12));
    await put(`${user}#1`, { ...letterAt(4), key: user });
    expect(await erase()).toMatchObject({ letters: 2 });
    expect([...twin.dead.keys()]).toEqual([`${lead}#2`]);
  });

  it('one that has both goes on with what came since', async () => {
    await put(`${lead}#1`, letterAt(3, 12));
    expect(await erase()).toMatchObject({ letters: 1 });
    expect(fieldsLeft()).toEqual(['F12']);
    await passTime();
    expect(fieldsLeft()).toEqual(['F12']);
  });

  it('those of refused visits go unless they came since', async () => {
    const visit = { messageId: 'm', token, path: '/p', at: at(1) };
    for (const seconds of [3, 12])
      await twin.table.putDeadLetter(
        `${visitPrefix(token)}${seconds}`,
        { because: 'no', visit: { ...visit, whose: { order: order(seconds), keys: [] } } },
        now,
      );
    expect(await erase()).toMatchObject({ letters: 1 });
    expect([...twin.dead.keys()]).toEqual([`${visitPrefix(token)}12`]);
  });

  it('one that a call in flight writes is found when the call is over, and loses nothing newer', async () => {
    await erase();
    await put(`${lead}#call#0`, letterAt(3, 12));
    await put(`${lead}#later#0`, letterAt(13));
    // Nothing is swallowed in the meantime, whatever its name.
    expect(fieldsLeft()).toEqual(['F3', 'F12', 'F13']);
    await passTime();
    expect(fieldsLeft().toSorted()).toEqual(['F12', 'F13']);
    expect(isOver()).toBe(true);
    expect(lines.at(-1)).toMatchObject({
      step: 'absorbed',
      because: 'the user was deleted: 0 items and 1 dead letter more',
    });
  });

  it('one that the index does not know yet is found when it does', async () => {
    await put(`${lead}#1`, letterAt(3));
    const lagging = { ...twin.table, listDeadLetters: () => Promise.resolve([]) };
    expect(await partsOver(lagging).erase(deletion)).toMatchObject({ letters: 0 });
    await passTime();
    expect(fieldsLeft()).toEqual([]);
  });

  it('one that changes while it is taken out is looked at again', async () => {
    await put(`${lead}#1`, letterAt(3));
    let isFirst = true;
    const racing: LeadsTable = {
      ...twin.table,
      retractDeadLetter: async (id, ...rest) => {
        if (isFirst) await put(id, letterAt(3, 12));
        isFirst = false;
        return twin.table.retractDeadLetter(id, ...rest);
      },
    };
    await partsOver(racing).erase(deletion);
    expect(fieldsLeft()).toEqual(['F12']);
  });
});

describe('a delete', () => {
  it('whose worker dies anywhere is finished by its message, or by the scheduled tick', async () => {
    for (const isRedelivered of [true, false])
      for (let step = 0, isDone = false; !isDone; step += 1) {
        twin = createLeadsTableTwin(indexLimits.shards);
        await absorb(identify(1, { anonymousId: 'a', cookie: token, fields: { Plan: 'secret' } }));
        await put(`${lead}#1`, letterAt(3));
        let left = step;
        const dies = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
          return (...args: A): Promise<R> => {
            left -= 1;
            return left < 0 ? Promise.reject(new Error('the worker died')) : work(...args);
          };
        };
        const { table } = twin;
        const dying = {
          ...table,
          write: dies(table.write.bind(table)),
          putDeadLetter: dies(table.putDeadLetter.bind(table)),
          listDeadLetters: dies(table.listDeadLetters.bind(table)),
          retractDeadLetter: dies(table.retractDeadLetter.bind(table)),
        };
        isDone = await partsOver(dying)
          .erase(deletion)
          .then(() => true)
          .catch(() => false);
        // What is written down before anything else is enough.
        if (isRedelivered || step === 0) await erase();
        await passTime();
        await passTime();
        expect([step, everything()]).not.toEqual([step, expect.stringMatching(/jane@|secret|F3/)]);
        expect(isOver()).toBe(true);
      }
  });

  it('of one of two users of a lead reaches it, wherever the worker of the other one’s delete died', async () => {
    const jill = keyIdOf('userId', 'jill');
    for (let step = 0, isDone = false; !isDone; step += 1) {
      twin = createLeadsTableTwin(indexLimits.shards);
      await absorb(identify(1), identify(2, { userId: 'jill', fields: { Plan: 'secret' } }));
      let left = step;
      const dying: LeadsTable = {
        ...twin.table,
        write: (...args) =>
          (left -= 1) < 0 ? Promise.reject(new Error('died')) : twin.table.write(...args),
      };
      isDone = await partsOver(dying)
        .erase(deletion)
        .then(() => true)
        .catch(() => false);
      await partsOver(twin.table).erase({ order: order(20), keys: { userId: jill } });
      expect([step, everything()]).not.toEqual([step, expect.stringMatching(/jane@|secret/)]);
    }
  });

  it('reaches what its user named before somebody was deleted with whom they shared another lead', async () => {
    const [joe, old] = ['joe@example.com', 'jane@old.example.com'];
    await absorb(normalized(0, { email: joe, userId: 'joe', fields: { City: 'his' } }));
    await absorb(normalized(1, { email: old, userId: 'jane', fields: { Plan: 'secret' } }));
    await absorb(normalized(2, { email: joe, userId: 'jane' }));
    await partsOver(twin.table).erase({
      order: order(5),
      keys: { userId: keyIdOf('userId', 'joe') },
    });
    expect(everything()).not.toContain('his');
    await erase();
    expect(everything()).not.toMatch(/secret|old/);
  });

  it('reaches a lead that took the user’s e-mail before the first event that says it was written', async () => {
    const [joe, cookie] = ['joe@example.com', token];
    await absorb(normalized(0, { email: joe, cookie, fields: { Plan: 'his' } }));
    const dying: LeadsTable = {
      ...twin.table,
      write: (key, ...rest) =>
        key.startsWith('lead#')
          ? Promise.reject(new Error('died'))
          : twin.table.write(key, ...rest),
    };
    const first = identify(1, { fields: { City: 'secret' } });
    await expect(partsOver(dying).absorb([first])).rejects.toThrow('died');
    await absorb(normalized(20, { email, cookie, fields: { Score: 'newer' } }));
    await absorb(first);
    expect(everything()).toContain('secret');
    await erase();
    expect(everything()).not.toContain('secret');
    expect(everything()).toContain('newer');
  });

  it('that comes again while another one goes on reaches nobody who was named since', async () => {
    await absorb(identify(1, { fields: { Plan: 'old' } }));
    await erase();
    const joe = 'joe@example.com';
    await absorb(normalized(3, { email: joe, fields: { Plan: 'his' } }));
    await absorb(normalized(20, { email: joe, userId: 'jane' }));
    expect(await erase()).toMatchObject({ again: true, changed: false });
    await passTime();
    expect(everything()).toContain('his');
  });

  it('reaches keys beyond those that a mailbox lists, says that they follow, and erases them', async () => {
    for (let n = 1; n <= 9; n += 1)
      await absorb(identify(n / 10, { anonymousId: `a${n}`, fields: { Plan: `${n}` } }));
    const holding = () =>
      [...twin.rows].filter(([key, { json }]) => key.startsWith('key#') && json.includes('jane@'));
    expect(holding()).toHaveLength(10);
    const { later } = await erase();
    expect(later).toBeGreaterThan(0);
    expect(holding().length).toBeGreaterThan(0);
    for (let look = 0; look < 5; look += 1) await passTime();
    expect(holding()).toEqual([]);
    expect(isOver()).toBe(true);
    expect(lines.at(-1)?.because).toMatch(
      /^the user was deleted: \d items and 0 dead letters more$/,
    );
  });

  it('reaches every e-mail that the userId has named, however many, and says that some follow', async () => {
    const emails = Array.from({ length: 30 }, (_, n) => `jane-${n}@example.com`);
    for (const [n, one] of emails.entries()) {
      await absorb(normalized(n / 10, { email: one, fields: { Plan: `secret ${n}` } }));
      await absorb(normalized(n / 10 + 0.05, { email: one, userId: 'jane', anonymousId: `a${n}` }));
    }
    const { later } = await erase();
    expect(later).toBeGreaterThan(0);
    expect(everything()).toMatch(/secret/);
    for (let look = 0; look < 30 && !isOver(); look += 1) await passTime();
    expect(isOver()).toBe(true);
    expect(everything()).not.toMatch(/secret|jane-/);
  });

  it('leaves e-mails alone that the userId has named before its deletion before, and not since', async () => {
    const emails = Array.from({ length: 12 }, (_, n) => `jane-${n}@example.com`);
    for (const [n, one] of emails.entries()) {
      await absorb(normalized(n / 10, { email: one }));
      await absorb(normalized(n / 10 + 0.05, { email: one, userId: 'jane' }));
    }
    await erase();
    for (let look = 0; look < 20 && !isOver(); look += 1) await passTime();
    // By now they are somebody else's.
    for (const one of emails)
      await absorb(normalized(11, { email: one, fields: { Plan: 'theirs' } }));
    await partsOver(twin.table).erase({ order: order(20), keys: { userId: user } });
    for (let look = 0; look < 20 && !isOver(); look += 1) await passTime();
    expect(everything().match(/theirs/g)).toHaveLength(emails.length);
  });

  it('reaches a lead that was renamed, by every e-mail that it has had', async () => {
    const emails = ['jane@example.com', 'jane@old.example.com', 'jane@new.example.com'];
    for (const named of emails) {
      twin = createLeadsTableTwin(indexLimits.shards);
      for (const [n, one] of emails.entries())
        await absorb(normalized(n + 1, { email: one, userId: 'jane', fields: { Plan: 'secret' } }));
      const userId = keyIdOf('userId', named);
      const userIdNamed = { lead: leadIdOf(named), email: named };
      await partsOver(twin.table).erase({ order: order(10), keys: { userId, userIdNamed } });
      expect(everything()).not.toMatch(/secret|example\.com/);
      // What is older finds the deletion by each of them; what is newer comes back.
      for (const one of emails)
        await absorb(
          normalized(5, { email: one, fields: { City: 'older' } }),
          normalized(20, { email: one, fields: { City: `newer of ${one}` } }),
        );
      expect(everything()).not.toContain('older');
      expect(everything()).toContain(`newer of ${emails[2]}`);
    }
  });
});

it('a refused value that came again since a deletion goes out once more when the dead letter goes', async () => {
  await absorb(identify(1));
  await absorb(identify(3, { fields: { City: 'bad' } }));
  const { store } = partsOver(twin.table);
  const loaded = (await store.leads([lead])).get(lead) ?? {};
  const { order: place = order(3) } = loaded.state?.fields.City ?? {};
  await put(`${lead}#call#0`, {
    because: 'no',
    lead,
    fields: [{ name: 'City', value: 'bad', order: place }],
  });
  const City = { order: place, aside: { because: 'no', digest: digestOf('bad') } };
  if (loaded.state) await store.saveLead(lead, loaded, { ...loaded.state, fields: { City } });
  const [again] = await absorb(identify(12, { fields: { City: 'bad' } }));
  expect(again?.outcomes.get('City')).toBe('refused');
  await erase();
  expect([...twin.dead]).toEqual([]);
  const field = (await store.leads([lead])).get(lead)?.state?.fields.City;
  expect(field).toMatchObject({ value: 'bad' });
  expect(field).not.toHaveProperty('aside');
});

describe('an e-mail of a deleted user that is another person’s by now', () => {
  const other = 'joe@example.com';
  const joe = leadIdOf(other);
  const asJoe = (seconds: number, more: object = {}): NormalizedEvent =>
    normalized(seconds, { userId: 'joe', email: other, ...more });
  const joes = () => twin.rows.get(`lead#${joe}`)?.json ?? '';

  it('leads no late event of the deleted user to that person', async () => {
    await absorb(asJoe(1, { fields: { Plan: 'joe’s' } }));
    await absorb(identify(2, { fields: { Role: 'dev' } }));
    await erase();
    await absorb(asJoe(12, { email, fields: { Title: 'Dr' } }));
    const before = joes();
    await absorb(identify(3, { fields: { City: 'Rome' } }));
    for (let minute = 0; minute < 4; minute += 1) await passTime();
    expect(joes()).toBe(before);
    expect(before).toContain('joe’s');
    expect(everything()).not.toContain('Rome');
    expect(isOver()).toBe(true);
  });

  it('keeps older events of nobody in particular away from them', async () => {
    await absorb(identify(2));
    await absorb(asJoe(1, { fields: { Plan: 'joe’s' } }));
    await erase();
    await absorb(asJoe(12, { email }));
    const before = joes();
    await absorb(normalized(3, { email, anonymousId: 'd', fields: { City: 'Rome' } }));
    expect(joes()).toBe(before);
  });
});
