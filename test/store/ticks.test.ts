import { beforeEach, describe, expect, it } from 'vitest';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { Tick } from '../../lambdas/store/tickQueue.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { Ticks } from '../../lambdas/store/ticks.ts';
import { tickLimits, tickTiming } from '../../lambdas/limits.ts';
import { at, noon } from '../support/mailboxes.ts';

const world = () => {
  let now = noon;
  let isDown = false;
  const sent: Tick[] = [];
  const warnings: string[] = [];
  const ticks = new Ticks({
    queue: {
      send: (some) => {
        if (isDown) return Promise.reject(new Error('the queue is down'));
        sent.push(...some);
        return Promise.resolve();
      },
    },
    clock: { now: () => now },
    logger: {
      call: () => undefined,
      delivery: () => undefined,
      warn: (message) => warnings.push(message),
      error: (message) => warnings.push(message),
    },
  });
  return {
    ticks,
    warnings,
    flushed: async (): Promise<readonly Tick[]> => {
      sent.length = 0;
      await ticks.flush();
      return [...sent];
    },
    jump: (ms: number): void => {
      now = epochMs(noon + ms);
    },
    break: (down: boolean): void => {
      isDown = down;
    },
  };
};

let here: ReturnType<typeof world>;
beforeEach(() => {
  here = world();
});

const leads = (count: number): LeadId[] =>
  Array.from({ length: count }, (_, n) => `lead-${n}` as LeadId);

describe('ticks for leads that are due', () => {
  it('name them, so that the index’s lag costs nothing', async () => {
    const [one, other] = leads(2) as [LeadId, LeadId];
    here.ticks.lead(one, at(-5));
    here.ticks.lead(other, noon);
    expect(await here.flushed()).toEqual([{ delaySeconds: 0, leads: [one, other] }]);
  });

  it('are few for a burst, each lead in one of them', async () => {
    const burst = leads(tickLimits.leads * 10);
    for (const lead of [...burst, ...burst]) here.ticks.lead(lead, noon);
    const ticks = await here.flushed();
    expect(ticks).toHaveLength(10);
    expect(ticks.flatMap((tick) => tick.leads ?? [])).toEqual(burst);
  });

  it('are sent once, and again when the lead is written again', async () => {
    const [lead] = leads(1) as [LeadId];
    here.ticks.lead(lead, noon);
    expect(await here.flushed()).toHaveLength(1);
    expect(await here.flushed()).toEqual([]);
    here.ticks.lead(lead, noon);
    expect(await here.flushed()).toHaveLength(1);
  });
});

describe('ticks for a later moment', () => {
  it('name nobody, and come no earlier than it', async () => {
    here.jump(300);
    here.ticks.lead('a' as LeadId, at(32));
    here.ticks.look(epochMs(noon + 40_001));
    expect(await here.flushed()).toEqual([{ delaySeconds: 32 }, { delaySeconds: 41 }]);
  });

  it('are one for all that is due within the same second', async () => {
    for (const [n, lead] of leads(1_000).entries())
      here.ticks.lead(lead, epochMs(noon + 31_001 + (n % 1_000)));
    expect(await here.flushed()).toEqual([{ delaySeconds: 32 }]);
  });

  it('are not sent again for a second that this process has sent one for', async () => {
    here.ticks.lead('a' as LeadId, at(32));
    expect(await here.flushed()).toHaveLength(1);
    here.jump(10_000);
    here.ticks.lead('b' as LeadId, at(32));
    expect(await here.flushed()).toEqual([]);
    here.ticks.lead('b' as LeadId, at(33));
    expect(await here.flushed()).toEqual([{ delaySeconds: 23 }]);
  });

  it('speak of visits where one is due, also after one that did not', async () => {
    here.ticks.lead('a' as LeadId, at(32));
    here.ticks.visit(at(32));
    here.ticks.lead('b' as LeadId, at(32));
    expect(await here.flushed()).toEqual([{ delaySeconds: 32, visits: true }]);
    here.ticks.lead('c' as LeadId, at(32));
    expect(await here.flushed()).toEqual([]);
    here.ticks.look(at(40));
    expect(await here.flushed()).toEqual([{ delaySeconds: 40 }]);
    here.ticks.visit(at(40));
    expect(await here.flushed()).toEqual([{ delaySeconds: 40, visits: true }]);
  });

  it('are not sent for what is further ahead than the scheduled tick needs', async () => {
    here.ticks.lead('a' as LeadId, epochMs(noon + tickTiming.aheadMs + 1));
    here.ticks.look(at(86_400));
    here.ticks.visit(epochMs(noon + tickTiming.aheadMs + 1));
    expect(await here.flushed()).toEqual([]);
    here.ticks.lead('a' as LeadId, epochMs(noon + tickTiming.aheadMs));
    expect(await here.flushed()).toEqual([{ delaySeconds: tickTiming.aheadMs / 1_000 }]);
  });

  it('never have a delay that SQS does not take', async () => {
    here.ticks.lead('a' as LeadId, epochMs(noon + 1));
    here.jump(5_000);
    expect(await here.flushed()).toEqual([{ delaySeconds: 0 }]);
    expect(tickTiming.aheadMs).toBeLessThanOrEqual(900_000);
  });
});

describe('a look at the index that is wanted now', () => {
  it('is one tick without names, however often it is wanted', async () => {
    here.ticks.look(noon);
    here.ticks.look(at(-60));
    expect(await here.flushed()).toEqual([{ delaySeconds: 0 }]);
    expect(await here.flushed()).toEqual([]);
  });

  it('needs no tick of its own where one for named leads goes', async () => {
    here.ticks.look(noon);
    here.ticks.lead('a' as LeadId, noon);
    expect(await here.flushed()).toEqual([{ delaySeconds: 0, leads: ['a'] }]);
    expect(await here.flushed()).toEqual([]);
  });

  it('for a visit is a tick at once that speaks of visits', async () => {
    here.ticks.visit(noon);
    expect(await here.flushed()).toEqual([{ delaySeconds: 0, visits: true }]);
    here.jump(1);
    here.ticks.visit(at(-60));
    here.ticks.visit(noon);
    const ticks = await here.flushed();
    expect(ticks.every(({ delaySeconds, visits }) => delaySeconds === 0 && visits)).toBe(true);
    expect(ticks.length).toBeGreaterThan(0);
  });
});

it('ticks that cannot be sent stop nothing, and are not kept: the scheduled one finds what is due', async () => {
  here.break(true);
  here.ticks.lead('a' as LeadId, noon);
  await expect(here.ticks.flush()).resolves.toBeUndefined();
  expect(here.warnings).toEqual(['ticks could not be sent; the scheduled tick finds what is due']);
  here.break(false);
  expect(await here.flushed()).toEqual([]);
});
