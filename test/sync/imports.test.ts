import { afterEach, describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { importTiming } from '../../lambdas/limits.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { ImportsState } from '../../lambdas/store/importStore.ts';
import { cookie, identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const small = { minRows: 5, rows: 20, pageRows: 7, jobsAtOnce: 2, leadsPerCall: 1 };
const minute = 60;

let world: World;
const worldWith = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
  world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    imports: small,
    ...options,
  });
  // Marketo is known before: the first lead brings its description along.
  await world.post(identify('first@example.com', { plan: 'pro' }));
  await world.run(minute);
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const emailOf = (index: number): string => `lead${index}@example.com`;
const people = (count: number, traits: (index: number) => object = () => ({ plan: 'pro' })) =>
  Array.from({ length: count }, (_, index) => identify(emailOf(index), traits(index)));
const operations = () => world.simulator.calls().map(({ operation }) => operation);
const uploads = () => operations().filter((name) => name === 'importLeads').length;
const recordCalls = () => syncsOf(world).length - 1;
const plansOf = (count: number) =>
  Array.from({ length: count }, (_, index) => leadOf(world, emailOf(index))?.fields['Plan']);
const mailboxOf = (index: number) =>
  JSON.parse(world.twin.rows.get(`lead#${leadIdOf(emailOf(index))}`)?.json ?? '{}') as Mailbox;
const state = () => JSON.parse(world.twin.rows.get('imports')?.json ?? '{}') as ImportsState;
const pendingIn = ({ fields }: Mailbox) =>
  Object.values(fields).filter(({ value }) => value !== undefined);

/** An operator asks for imports, and so many leads come; they are in a job when this resolves. */
const importing = async (count: number, traits?: (index: number) => object): Promise<void> => {
  await world.askForImports();
  await world.post(...people(count, traits));
  await world.run(minute);
};

describe('a backlog that an operator wants imported', () => {
  it('leaves by files, and no lead of it by a call', async () => {
    await worldWith();
    await importing(35);
    expect(uploads()).toBe(2);
    await world.run(3 * minute);
    expect(plansOf(35)).toEqual(Array.from({ length: 35 }, () => 'pro'));
    expect(recordCalls()).toBe(0);
    expect(state().jobs).toEqual([]);
    expect(pendingIn(mailboxOf(3))).toEqual([]);
    expect(mailboxOf(3).owner).toBeUndefined();
    expect(world.complaints).toEqual([]);
    // What Marketo has goes no second time.
    await world.post(...people(35));
    await world.run(3 * minute);
    expect(recordCalls() + uploads()).toBe(2);
  });

  it('says of each event that it is in an import, then that it is synced', async () => {
    await worldWith();
    await importing(6);
    await world.run(3 * minute);
    const lead = leadIdOf(emailOf(2));
    const lines = world.lines.filter((line) => line.lead === lead && line.step !== 'dropped');
    expect(lines.map(({ step }) => step)).toEqual(['absorbed', 'waiting', 'synced']);
    expect(lines[1]?.because).toBe('it is in a bulk import, which Marketo works on');
    expect(JSON.stringify(world.lines)).not.toContain('lead2@');
  });

  it('is locked until its job ends; what came meanwhile goes afterwards, and an older event not at all', async () => {
    await worldWith();
    world.inject({ target: 'importJob', delayMs: 5 * 60_000 });
    await importing(6);
    await world.post(identify(emailOf(0), { plan: 'max' }));
    await world.post({
      ...identify(emailOf(1), { plan: 'old' }),
      timestamp: '2026-11-01T00:00:00Z',
    });
    await world.run(2 * minute);
    expect(leadOf(world, emailOf(0))).toBeUndefined();
    await world.run(10 * minute);
    // The operator's request is over by then, and few leads are left.
    await world.run(importTiming.askedMs / 1_000);
    expect(plansOf(2)).toEqual(['max', 'pro']);
  });

  it('writes what a CSV file could break', async () => {
    await worldWith();
    const texts = ['a,b', 'say "no"', 'two\nlines', ' spaces ', 'é\r!', ';\t'];
    await importing(6, (index) => ({ plan: texts[index], logins: index, newsletter: false }));
    await world.run(3 * minute);
    expect(recordCalls()).toBe(0);
    expect(plansOf(6)).toEqual(texts);
    expect(leadOf(world, emailOf(4))?.fields).toMatchObject({ Logins: '4', Newsletter: 'false' });
  });

  it('goes by calls where a file could not carry it: what clears a field, a cookie of a new lead, too few of one kind', async () => {
    await worldWith({ mapping: {} });
    await world.askForImports();
    await world.post(
      ...people(8),
      identify(
        'cookie@example.com',
        { plan: 'pro' },
        { context: { Marketo: { marketoCookie: cookie('90718') } } },
      ),
      identify('other@example.com', { logins: 7 }),
    );
    await world.run(3 * minute);
    expect(leadOf(world, 'cookie@example.com')?.cookies).toHaveLength(1);
    expect(leadOf(world, 'other@example.com')).toBeUndefined();
    await world.run(importTiming.askedMs / 1_000 + minute);
    expect(leadOf(world, 'other@example.com')?.fields).toMatchObject({ Logins: '7' });
    expect(uploads()).toBe(1);
  });
});

describe('a backlog that the calls of the day cannot carry', () => {
  it('leaves by files by itself, once it has gathered', async () => {
    await worldWith();
    world.inject({ target: 'leads', status: 503, count: 3 });
    await world.post(...people(40));
    world.loseTicks(1_000);
    await world.run(20 * minute);
    expect(plansOf(40)).toEqual(Array.from({ length: 40 }, () => 'pro'));
  });
});

describe('rows that Marketo does not take whole', () => {
  it('go once more by a call, which says why: a refusal is a dead letter, and the others are synced', async () => {
    await worldWith();
    const why = { target: 'importJob', level: 'record', code: '1003', message: 'no' } as const;
    world.inject({ ...why, email: emailOf(2) });
    await importing(8, (index) => ({ plan: 'pro', logins: index === 5 ? 3_000_000_000 : index }));
    await world.run(5 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
    expect(recordCalls()).toBeLessThanOrEqual(2);
    expect([...world.twin.dead.values()]).toMatchObject([{ fields: [{ name: 'Logins' }] }]);
    expect(syncsOf(world, emailOf(2))).toHaveLength(1);
    expect(syncsOf(world, emailOf(1))).toHaveLength(0);
  });

  it('all go by calls where their file names nobody that we know', async () => {
    await worldWith();
    world.inject({
      target: 'importJob',
      level: 'record',
      code: '1003',
      message: 'no',
      email: emailOf(2),
    });
    world.inject({ target: 'importFailures', code: '702' });
    await importing(8);
    await world.run(5 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
  });
});

describe('an import that fails', () => {
  it('as a whole sends its leads by calls, and no other begins for an hour', async () => {
    await worldWith();
    world.inject({ target: 'importJob', code: '611', message: 'jake@example.com is no lead' });
    await importing(8);
    await world.run(5 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
    expect(recordCalls()).toBe(1);
    expect(world.complaints).toEqual([
      'a bulk import failed as a whole: its leads go by Sync Leads',
    ]);
    expect((state().notBefore ?? 0) - world.at()).toBeGreaterThan(50 * minute * 1_000);
  });

  it('for want of room in the queue gives the locks back at once, and calls carry on', async () => {
    await worldWith();
    world.inject({ target: 'importLeads', code: '1016' });
    await importing(8);
    await world.run(minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
    expect(uploads()).toBe(1);
  });

  it('for want of a permission does not close Marketo to the other calls', async () => {
    await worldWith();
    world.inject({ target: 'importLeads', code: '603' });
    await importing(8);
    await world.run(3 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
  });

  it('whose upload was answered by nobody keeps its locks, for Marketo may be at work on it', async () => {
    await worldWith();
    world.inject({ target: 'importLeads', drop: true, after: true });
    await importing(8);
    await world.run(20 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
    expect(recordCalls()).toBe(0);
    expect(mailboxOf(0).lockedUntil).toBeGreaterThan(world.at());
    await world.run(importTiming.leaseMs / 1_000);
    expect(recordCalls()).toBeGreaterThan(0);
    expect(pendingIn(mailboxOf(0))).toEqual([]);
  });

  it('of which Marketo knows nothing any more sends its leads by calls', async () => {
    await worldWith();
    world.inject({ target: 'importStatus', code: '1013' });
    await importing(8);
    await world.run(4 * minute);
    expect(state().jobs).toEqual([]);
    await world.run(2 * minute);
    expect(recordCalls()).toBe(1);
  });

  it('to be polled is polled again, and its locks are renewed while it lasts', async () => {
    await worldWith();
    world.inject({ target: 'importStatus', status: 503, count: 2 });
    world.inject({ target: 'importJob', delayMs: 600_000 });
    world.inject({ target: 'importJob', delayMs: 600_000 });
    await importing(8);
    const before = state().jobs?.[0]?.lockedUntil ?? 0;
    world.inject({ target: 'importStatus', status: 503, count: 1 });
    await world.run(15 * minute);
    expect(plansOf(8)).toEqual(Array.from({ length: 8 }, () => 'pro'));
    expect(recordCalls()).toBe(0);
    expect(before).toBeGreaterThan(0);
  });
});

describe('a worker that dies', () => {
  const people9 = async (): Promise<number> => {
    await worldWith();
    await world.askForImports();
    await world.post(...people(9));
    await world.run(1);
    return world.steps();
  };

  it('at any step of an import loses no lead, and sends none twice within 30 s', async () => {
    const from = await people9();
    await world.run(3 * minute);
    const steps = world.steps() - from;
    expect(uploads()).toBe(1);
    for (let step = 0; step <= steps; step += 2) {
      await world.close();
      await people9();
      world.dieAfter(step);
      await world.run((importTiming.leaseMs + importTiming.askedMs) / 1_000);
      expect(plansOf(9)).toEqual(Array.from({ length: 9 }, () => 'pro'));
      expect(world.simulator.lockFaults).toBe(0);
      for (let index = 0; index < 9; index += 1) expect(pendingIn(mailboxOf(index))).toEqual([]);
    }
  }, 120_000);
});
