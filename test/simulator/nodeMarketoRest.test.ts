import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { client, startRest } from './restSupport.ts';
import type { RestMarketo } from './restSupport.ts';
import { munchkinId, tokenA, visitQuery } from './support.ts';

interface Page {
  readonly success: boolean;
  readonly result: readonly Record<string, unknown>[];
  readonly nextPage?: () => Promise<Page>;
}

/** What node-marketo-rest 0.7.8 has, as far as it is used here; it brings no types. */
interface MarketoClient {
  readonly lead: {
    byId(id: number, options?: object): Promise<Page>;
    find(type: string, values: readonly unknown[], options?: object): Promise<Page>;
    createOrUpdate(input: readonly object[], options?: object): Promise<Page>;
    associateLead(id: number, cookie: string): Promise<Page>;
    describe(): Promise<Page>;
    partitions(): Promise<Page>;
    mergeLead(winner: number, losers: readonly number[], options: object): Promise<Page>;
  };
  readonly activities: { getActivityTypes(): Promise<Page> };
}

const NodeMarketo = createRequire(import.meta.url)('node-marketo-rest') as new (
  options: object,
) => MarketoClient;

const clientOf = ({ restEndpoint }: RestMarketo): MarketoClient =>
  new NodeMarketo({
    endpoint: `${restEndpoint}/rest`,
    identity: `${restEndpoint}/identity`,
    ...client,
    retry: { initialDelay: 1, maxDelay: 2 },
  });

const start = () => startRest({ leadLockMs: 0 });

describe('node-marketo-rest, unchanged,', () => {
  it('creates, updates, finds and reads leads', async () => {
    const marketo = await start();
    const { lead } = clientOf(marketo);
    const input = [
      { email: 'ann@example.com', favoriteColor: 'red', customerNumber: 7 },
      { email: 'bob@example.com', mrr: 'much' },
    ];
    expect((await lead.createOrUpdate(input)).result).toEqual([
      { id: 1, status: 'created' },
      { status: 'skipped', reasons: [expect.objectContaining({ code: '1003' })] },
    ]);
    const update = [{ customerNumber: 7, favoriteColor: 'blue' }];
    const members = { action: 'updateOnly', lookupField: 'customerNumber' };
    expect((await lead.createOrUpdate(update, members)).result).toEqual([
      { id: 1, status: 'updated' },
    ]);
    expect((await lead.byId(1, { fields: ['email', 'favoriteColor'] })).result).toEqual([
      { id: 1, email: 'ann@example.com', favoriteColor: 'blue' },
    ]);
    const found = await lead.find('email', ['ann@example.com', 'eve@example.com']);
    expect(found.result).toMatchObject([{ id: 1, email: 'ann@example.com' }]);
  });

  it('walks through the pages of a search', async () => {
    const marketo = await start();
    for (const plan of ['a', 'b', 'c']) marketo.simulator.createLead({ fields: { Plan: plan } });
    const first = await clientOf(marketo).lead.find('Plan', ['a', 'b', 'c'], { batchSize: 2 });
    const second = await first.nextPage?.();
    expect([first, second].map((page) => page?.result.map(({ id }) => id))).toEqual([[1, 2], [3]]);
    expect(second?.nextPage).toBeUndefined();
  });

  it('associates cookies and merges leads', async () => {
    const marketo = await start();
    const { lead } = clientOf(marketo);
    await lead.createOrUpdate([{ email: 'ann@example.com' }, { email: 'ann.b@example.com' }]);
    await marketo.visit(visitQuery);
    const cookie = `id:${munchkinId}&token:${tokenA}`;
    expect(await lead.associateLead(2, cookie)).toMatchObject({ success: true });
    expect(await lead.mergeLead(1, [2], {})).toMatchObject({ success: true });
    expect(marketo.simulator.leads()).toMatchObject([{ id: 1, cookies: [tokenA] }]);
    expect(marketo.simulator.visits()).toMatchObject([{ lead: 1 }]);
  });

  it('reads fields, partitions and activity types', async () => {
    const { lead, activities } = clientOf(await start());
    const names = (await lead.describe()).result.map(({ rest }) => (rest as { name: string }).name);
    expect(names).toEqual(expect.arrayContaining(['email', 'trialEnds', 'acquisition_url']));
    expect((await lead.partitions()).result).toMatchObject([{ id: 1, name: 'Default' }]);
    expect((await activities.getActivityTypes()).result).toContainEqual(
      expect.objectContaining({ apiName: 'orderCompleted' }),
    );
  });

  it('gets a new token for one that expired, and waits where calls come too fast', async () => {
    const marketo = await start();
    const { lead } = clientOf(marketo);
    await lead.createOrUpdate([{ email: 'ann@example.com' }]);
    marketo.clock.advance(3_600_000);
    expect((await lead.byId(1)).result).toHaveLength(1);
    marketo.simulator.inject({ target: 'rest', code: '606' });
    marketo.simulator.inject({ target: 'rest', status: 503 });
    expect((await lead.byId(1)).result).toHaveLength(1);
    expect(marketo.simulator.faults()).toEqual([]);
    expect(marketo.simulator.calls().map(({ code }) => code)).toEqual([
      null,
      '602',
      null,
      '606',
      null,
      null,
    ]);
  });

  it('is told what is wrong with a whole call', async () => {
    const { lead } = clientOf(await start());
    await expect(lead.byId(7)).rejects.toMatchObject({
      errors: [{ code: '1004', message: "Lead with id '7' not found" }],
    });
  });
});
