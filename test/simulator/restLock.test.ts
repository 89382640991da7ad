import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';
import { record } from './support.ts';

const ann = { email: 'ann@example.com' };
const bob = { email: 'bob@example.com' };
const breach = skipped('1022', 'Object in use: Exceeded lock attempts');

describe('the lock rule over REST', () => {
  it('skips a lead less than 30 s after its last sync, and works on the others', async () => {
    const marketo = await startRest();
    await marketo.leads([{ ...ann, city: 'Bern' }]);
    marketo.clock.advance(29_999);
    const answer = await marketo.leads([{ email: 'ANN@example.com', city: 'Chur' }, bob]);
    expect(resultsOf(answer)).toEqual([breach, { id: 2, status: 'created' }]);
    expect(marketo.simulator.leads()).toMatchObject([{ fields: { City: 'Bern' } }, {}]);
    expect(marketo.simulator.lockFaults).toBe(1);
    expect(marketo.simulator.calls()[1]).toMatchObject({ lockBreach: true, worked: true });
    marketo.clock.advance(1);
    expect(resultsOf(await marketo.leads([ann, bob]))).toEqual([
      { id: 1, status: 'updated' },
      breach,
    ]);
  });

  it('counts from the end of a call', async () => {
    const marketo = await startRest();
    await marketo.inject({ target: 'leads', delayMs: 20_000 });
    await marketo.leads([ann]);
    marketo.clock.advance(29_999);
    expect(resultsOf(await marketo.leads([ann]))).toEqual([breach]);
    expect(marketo.simulator.calls().at(-1)).toMatchObject({ lockBreach: true, worked: false });
    marketo.clock.advance(1);
    expect(resultsOf(await marketo.leads([ann]))).toMatchObject([{ status: 'updated' }]);
  });

  it('is one rule for both APIs', async () => {
    const marketo = await startRest();
    await marketo.syncLead(record(ann.email));
    expect(resultsOf(await marketo.leads([ann]))).toEqual([breach]);
    await marketo.leads([bob]);
    expect((await marketo.syncLead(record(bob.email))).text).toContain('Exceeded lock attempts');
    expect(marketo.simulator.lockFaults).toBe(2);
  });

  it('knows a lead by its e-mail and by its id', async () => {
    const marketo = await startRest();
    await marketo.leads([ann]);
    expect(
      resultsOf(await marketo.leads([{ id: 1 }], { action: 'updateOnly', lookupField: 'id' })),
    ).toEqual([breach]);
  });

  it('skips a lead that another call is working on, even a new one', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const marketo = await startRest({ wait: () => held });
    await marketo.inject({ target: 'leads', delayMs: 1 });
    const first = marketo.leads([ann]);
    await expect.poll(() => marketo.simulator.faults()).toEqual([]);
    expect(resultsOf(await marketo.leads([ann]))).toEqual([breach]);
    release();
    expect(resultsOf(await first)).toEqual([{ id: 1, status: 'created' }]);
  });

  it('does not count records and calls that were refused before any work', async () => {
    const marketo = await startRest();
    const early = [{ ...ann, pants: 'x' }, { email: '' }];
    expect(resultsOf(await marketo.leads(early))).toEqual([skipped('1006'), skipped('1002')]);
    expect(resultsOf(await marketo.leads([ann], { action: 'updateOnly' }))).toEqual([
      skipped('1004'),
    ]);
    for (const code of ['601', '602', '606', '607', '615', '610']) {
      await marketo.inject({ target: 'leads', code });
      expect(codeOf(await marketo.leads([ann]))).toBe(code);
    }
    expect(marketo.simulator.calls().every(({ worked }) => !worked)).toBe(true);
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 1, status: 'created' }]);
    expect(marketo.simulator.lockFaults).toBe(0);
  });

  it('counts a record whose value could not be stored', async () => {
    const marketo = await startRest();
    expect(resultsOf(await marketo.leads([{ ...ann, Logins: 'x' }]))).toEqual([skipped('1003')]);
    expect(resultsOf(await marketo.leads([ann]))).toEqual([breach]);
  });

  it.each([[{ code: '611' }], [{ code: '604' }], [{ status: 503 }]])(
    'counts a call that failed with %j, for it may have been worked on',
    async (fault) => {
      const marketo = await startRest();
      await marketo.inject({ target: 'leads', ...fault });
      await marketo.leads([ann]);
      expect(resultsOf(await marketo.leads([ann]))).toEqual([breach]);
    },
  );
});
