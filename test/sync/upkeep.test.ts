import { beforeEach, describe, expect, it } from 'vitest';
import { composePipeline } from '../../lambdas/absorb/pipeline.ts';
import type { DeliveryLine } from '../../lambdas/delivery.ts';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { emptyKey } from '../../lambdas/lead/keys.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { IndexedEntry, OwnedVisit } from '../../lambdas/store/leadsTable.ts';
import type { Tick } from '../../lambdas/store/tickQueue.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { absorbTiming, indexLimits, leadLimits, leadTiming } from '../../lambdas/limits.ts';
import { DueIndex } from '../../lambdas/sync/dueIndex.ts';
import { Upkeep } from '../../lambdas/sync/upkeep.ts';
import { at, noon, order } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const email = 'jane@example.com';
const lead = leadIdOf(email);
const key = keyIdOf('userId', 'u');
const until = at(2 * 86_400);
const holdMs = 3_600_000;
const withField: Mailbox = {
  ...emptyMailbox(email, order(0)),
  fields: { Plan: { order: order(0), value: 'pro' } },
};
const held: IdentityRecord = {
  ...emptyKey,
  fields: { Plan: { order: order(0), value: 'pro' } },
  heldSince: noon,
};

const world = () => {
  const twin = createLeadsTableTwin(indexLimits.shards);
  let now: EpochMs = noon;
  const clock = { now: () => now };
  const lines: DeliveryLine[] = [];
  const complaints: string[] = [];
  const measured: Record<string, number> = {};
  const sent: string[] = [];
  const ticked: Tick[] = [];
  const munchkin = { isDown: false };
  const writes: string[] = [];
  const ports = {
    table: {
      ...twin.table,
      write: (...input: Parameters<typeof twin.table.write>) => {
        writes.push(input[0]);
        return twin.table.write(...input);
      },
    },
    tickQueue: {
      send: (ticks: readonly Tick[]) => {
        ticked.push(...ticks);
        return Promise.resolve();
      },
    },
    munchkin: {
      visit: ({ messageId }: { messageId: string }) => {
        sent.push(messageId);
        return Promise.resolve(
          munchkin.isDown
            ? ({ kind: 'retry', because: 'no answer' } as const)
            : ({ kind: 'visited' } as const),
        );
      },
    },
    clock,
    random: () => 0.5,
    logger: {
      call: () => undefined,
      delivery: (line: DeliveryLine) => void lines.push(line),
      warn: () => undefined,
      error: (message: string) => void complaints.push(message),
    },
    metrics: {
      count: () => undefined,
      record: (name: string, value: number) => {
        measured[name] = value;
      },
    },
    timing: leadTiming,
    limits: leadLimits,
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    holdMs,
    resendUnchangedAfterMs: 0,
    emailChange: 'rename' as const,
  };
  const pipeline = composePipeline(ports);
  const index = new DueIndex({ table: ports.table, clock, shards: indexLimits.shards });
  return {
    twin,
    table: ports.table,
    lines,
    complaints,
    measured,
    munchkin,
    sent,
    writes,
    store: pipeline.store,
    upkeep: new Upkeep({ ...ports, ...pipeline, index, remover: { run: () => Promise.resolve() } }),
    /** An item as the table has it, whoever wrote it. */
    put: (name: string, state: unknown, entry?: IndexedEntry): void => {
      const item = { version: 1, ...(entry && { entry }) };
      twin.rows.set(name, { item, json: JSON.stringify(state) });
    },
    itemOf: (name: string) => twin.rows.get(name)?.item,
    jump: (to: EpochMs): void => {
      now = to;
    },
  };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

describe('what is measured', () => {
  it('is how many leads are due, and for how long the first has been', async () => {
    await here.upkeep.measure();
    expect(here.measured).toEqual({ LeadsDue: 0, OldestDue: 0 });
    here.put('lead#a', withField, { lane: 'fields', nextAt: at(-5) });
    here.put('lead#b', withField, { lane: 'rest', nextAt: at(-90) });
    here.put('lead#c', withField, { lane: 'fields', nextAt: at(5) });
    here.put('key#d', held, { lane: 'keys', nextAt: at(-900) });
    await here.upkeep.measure();
    expect(here.measured).toEqual({ LeadsDue: 2, OldestDue: 90_000 });
  });
});

describe('visits that wait', () => {
  const visitOf = (messageId: string): OwnedVisit => ({
    messageId,
    token: '_mch-example.com-1374552656411-11111',
    path: '/p',
    at: at(0),
  });
  const wait = async (...names: readonly string[]): Promise<void> => {
    for (const [n, name] of names.entries())
      await here.store.addVisit({ visit: visitOf(name), attempt: 1 }, at(n));
  };

  it('go out once their time has come, the one that waits longest first', async () => {
    await wait('a', 'b', 'c');
    here.jump(at(1));
    await here.upkeep.visits(until);
    expect(here.sent).toEqual(['a', 'b']);
    here.jump(at(2));
    await here.upkeep.visits(until);
    expect(here.sent).toEqual(['a', 'b', 'c']);
    await here.upkeep.visits(until);
    expect(here.sent).toHaveLength(3);
  });

  it('are left untouched behind the first that fails', async () => {
    await wait('a', 'b', 'c');
    here.munchkin.isDown = true;
    here.jump(at(5));
    here.writes.length = 0;
    await here.upkeep.visits(until);
    expect(here.sent).toEqual(['a']);
    expect(here.writes).toHaveLength(1);
  });
});

describe('keys that are due', () => {
  it('become dead letters where a hold has ended, and say so', async () => {
    await here.store.saveKey(key, {}, held);
    here.jump(epochMs(noon + holdMs - 1));
    await here.upkeep.keys(until);
    expect(here.twin.dead.size).toBe(0);
    here.jump(epochMs(noon + holdMs));
    await here.upkeep.keys(until);
    expect([...here.twin.dead.values()]).toMatchObject([{ key, fields: [{ name: 'Plan' }] }]);
    expect(here.lines).toMatchObject([{ step: 'dead', lead: key }]);
    expect(here.itemOf(`key#${key}`)?.entry).toBeUndefined();
    await here.upkeep.keys(until);
    expect(here.lines).toHaveLength(1);
  });

  it('are moved to their lead where that was left half done', async () => {
    await here.store.saveKey(key, {}, { ...held, link: { lead, email, order: order(1) } });
    await here.upkeep.keys(until);
    const mailbox = (await here.store.leads([lead])).get(lead)?.state;
    expect(mailbox?.fields.Plan?.value).toBe('pro');
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: noon });
    expect(here.itemOf(`key#${key}`)?.entry).toBeUndefined();
  });

  it('are left where the entry is stale', async () => {
    here.put(`key#${key}`, { ...held, heldSince: at(-1) }, { lane: 'keys', nextAt: at(1) });
    const before = { ...here.table };
    here.table.due = (lane, shard) => before.due(lane, shard, until);
    await here.upkeep.keys(until);
    expect(here.twin.dead.size).toBe(0);
  });

  it('become one dead letter, and one line, where two workers take them up at once', async () => {
    await here.store.saveKey(key, {}, held);
    here.jump(epochMs(noon + holdMs));
    await Promise.all([here.upkeep.keys(until), here.upkeep.keys(until)]);
    expect(here.twin.dead.size).toBe(1);
    expect(here.lines.filter(({ step }) => step === 'dead')).toHaveLength(1);
  });

  it('do not wait for one whose table fails', async () => {
    const other = keyIdOf('userId', 'v');
    await here.store.saveKey(key, {}, held);
    await here.store.saveKey(other, {}, held);
    here.jump(epochMs(noon + holdMs));
    const before = { ...here.table };
    let isFirst = true;
    here.table.putDeadLetter = (...input) => {
      const fails = isFirst;
      isFirst = false;
      return fails ? Promise.reject(new Error('down')) : before.putDeadLetter(...input);
    };
    await here.upkeep.keys(until);
    expect(here.lines.filter(({ step }) => step === 'dead')).toHaveLength(1);
    expect(here.complaints).toHaveLength(1);
    // The other one is still due.
    await here.upkeep.keys(until);
    expect(here.twin.dead.size).toBe(2);
  });
});

describe('entries of version 0.1', () => {
  const legacy = (nextAt: EpochMs): IndexedEntry => ({ lane: 'legacy', nextAt });

  it('are rewritten, also those whose time is far away', async () => {
    here.put(`lead#${lead}`, withField, legacy(at(-9)));
    here.put(`key#${key}`, held, legacy(at(86_400)));
    await here.upkeep.legacy(until);
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: at(-9) });
    expect(here.itemOf(`key#${key}`)?.entry).toEqual({
      lane: 'keys',
      nextAt: epochMs(noon + holdMs),
    });
    here.writes.length = 0;
    await here.upkeep.legacy(until);
    expect(here.writes).toEqual([]);
  });

  it('of a lead with nothing to tell are gone', async () => {
    here.put(`lead#${lead}`, emptyMailbox(email, order(0)), legacy(at(-9)));
    await here.upkeep.legacy(until);
    expect(here.itemOf(`lead#${lead}`)?.entry).toBeUndefined();
    expect(here.itemOf(`lead#${lead}`)?.expiresAt).toBeDefined();
  });

  it('keep the lock and the fields of old of a mailbox from doing harm', async () => {
    const old = { ...withField, lockedUntil: at(20), notBefore: at(3_600), dueAt: at(30) };
    here.put(`lead#${lead}`, old, legacy(at(-9)));
    await here.upkeep.legacy(until);
    expect(here.itemOf(`lead#${lead}`)?.entry).toEqual({ lane: 'fields', nextAt: at(20) });
  });
});
