import { describe, expect, it } from 'vitest';
import type { LeadId, Mailbox } from '../../lambdas/lead/types.ts';
import { planCalls } from '../../lambdas/marketo/soap/plan.ts';
import type { DueMessage } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createCallUp } from '../../lambdas/worker/callUp.ts';
import type { Candidate } from '../../lambdas/sync/candidates.ts';
import type { Store } from '../../lambdas/store/leadStore.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { noon, order } from '../support/mailboxes.ts';

const candidate = (index: number, cookie: boolean): Candidate => {
  const state: Mailbox = {
    fields: { Plan: { order: order(0, index), value: 'pro' } },
    cookies: cookie ? { [`_mch-example.com-1-${index}`]: { order: order(0, index) } } : {},
    address: { text: `lead${index}@example.com`, order: order(0, index) },
  };
  return { lead: `lead${index}` as LeadId, loaded: { version: 1, state } };
};

interface Option {
  readonly cookie?: boolean;
  /** How long each write of a lead takes. */
  readonly writeMs?: number;
  readonly loses?: LeadId;
  readonly fails?: LeadId;
  readonly requestsOfCall?: number;
}

const perform = async (count: number, room: number, option: Option = {}, untilMs = 60_000) => {
  const { cookie = true, writeMs = 0, loses, fails, requestsOfCall = 1 } = option;
  let now: EpochMs = noon;
  const sent: DueMessage[] = [];
  const written: { lead: LeadId; notBefore: number | undefined }[] = [];
  const failed: LeadId[] = [];
  const store: Pick<Store, 'sweptLead'> = {
    sweptLead: (lead, _loaded, { notBefore }) => {
      now = epochMs(now + writeMs);
      if (lead === fails) return Promise.reject(new Error('no table'));
      if (lead === loses) return Promise.resolve(false);
      written.push({ lead, notBefore: notBefore === undefined ? undefined : notBefore - noon });
      return Promise.resolve(true);
    },
  };
  const callUp = createCallUp({
    store,
    due: { send: (messages) => Promise.resolve(void sent.push(...messages)) },
    marketo: { plan: (updates) => planCalls(updates), requests: () => requestsOfCall },
    clock: { now: () => now },
    timing,
  });
  const leads = Array.from({ length: count }, (_, index) => candidate(index, cookie));
  const isAll = await callUp(
    // eslint-disable-next-line @typescript-eslint/require-await -- as the table gives them
    (async function* () {
      yield* leads;
    })(),
    { requests: room, withinMs: 60_000 },
    epochMs(noon + untilMs),
    ({ lead }) => void failed.push(lead),
  );
  const delays = sent.map(({ delaySeconds }) => delaySeconds);
  return { isAll, written, delays, failed };
};

describe('calling leads up', () => {
  it('spreads their calls over the minute, as the budget lets requests go', async () => {
    const { isAll, written, delays } = await perform(4, 4);
    expect(written.map(({ notBefore }) => notBefore)).toEqual([17_000, 32_000, 47_000, 62_000]);
    expect(delays).toEqual([17, 32, 47, 62]);
    expect(isAll).toBe(true);
  });

  it('stops where the room ends', async () => {
    const { isAll, written } = await perform(10, 4);
    expect(written).toHaveLength(4);
    expect(isAll).toBe(false);
  });

  it('brings the leads of one call together, and many into few calls', async () => {
    const { isAll, written } = await perform(650, 3, { cookie: false });
    const moments = Map.groupBy(written, ({ notBefore }) => notBefore);
    expect([...moments.values()].map(({ length }) => length)).toEqual([300, 300, 50]);
    expect(isAll).toBe(true);
  });

  it('lets a call go that is larger than the room, but only as the first', async () => {
    const { isAll, written } = await perform(3, 4, { requestsOfCall: 5 });
    expect(written).toHaveLength(1);
    expect(isAll).toBe(false);
  });

  it('stops when its time is over', async () => {
    const { isAll, written } = await perform(10, 10, { writeMs: 20_000 });
    expect(written.length).toBeLessThan(10);
    expect(isAll).toBe(false);
  });

  it('sends a message again that appeared before its lead’s write', async () => {
    const { delays } = await perform(1, 60, { writeMs: 4_000 });
    expect(delays).toEqual([3, 0]);
  });

  it('leaves a lead alone that somebody else has just written', async () => {
    const { written, failed } = await perform(3, 60, { loses: 'lead1' as LeadId });
    expect(written.map(({ lead }) => lead)).toEqual(['lead0', 'lead2']);
    expect(failed).toEqual([]);
  });

  it('goes on after a lead whose write fails', async () => {
    const { written, failed } = await perform(3, 60, { fails: 'lead1' as LeadId });
    expect(written.map(({ lead }) => lead)).toEqual(['lead0', 'lead2']);
    expect(failed).toEqual(['lead1']);
  });
});
