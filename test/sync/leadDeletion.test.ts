import { afterEach, describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { leadLimits } from '../../lambdas/limits.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const lead = leadIdOf(jane);
const deletion = { type: 'delete', userId: 'jane' };

let world: World;
afterEach(() => world.close());

const begin = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
  world = await createWorld({ api: 'rest', deletesLeads: true, ...options });
  await world.post(identify(jane, { company: 'first' }));
  await world.run(60);
};

const deletions = () =>
  world.simulator.calls().filter(({ operation }) => operation === 'deleteLeads');
const everywhere = (): string =>
  JSON.stringify([...world.twin.rows.values()].map(({ json }) => json));

describe('a deleted user’s lead in Marketo', () => {
  it('stays, unless the setting says otherwise', async () => {
    await begin({ deletesLeads: false });
    await world.post(deletion);
    await world.run(900);
    expect(leadOf(world, jane)?.fields.Company).toBe('first');
    expect(deletions()).toEqual([]);
  });

  it('is deleted within minutes, with every other lead of its e-mail, and leaves nothing here', async () => {
    await begin();
    world.simulator.createLead({ email: jane, fields: { Title: 'made by somebody else' } });
    world.simulator.createLead({ email: 'joe@example.com' });
    await world.post(deletion);
    await world.run(180);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual(['joe@example.com']);
    expect(world.stepsOf('synced').at(-1)).toMatchObject({
      lead,
      because: 'the user was deleted: the lead is deleted in Marketo',
    });
    await world.run(600);
    expect(deletions()).toHaveLength(1);
    expect(everywhere()).not.toContain('jane@');
  });

  it('is deleted also where only the e-mail of who was never sent is known', async () => {
    world = await createWorld({ api: 'rest', deletesLeads: true });
    world.simulator.createLead({ email: jane });
    await world.post(identify(jane), deletion);
    await world.run(180);
    expect(world.simulator.leads()).toEqual([]);
  });

  it('is deleted with the leads that the userId named long ago, which its key lists on pages', async () => {
    world = await createWorld({ api: 'rest', deletesLeads: true, emailChange: 'newLead' });
    const emails = Array.from({ length: 3 * leadLimits.leads }, (_, n) => `jane${n}@example.com`);
    for (const email of emails) await world.post(identify(email, {}, { userId: 'jane' }));
    world.simulator.createLead({ email: 'joe@example.com' });
    await world.run(60);
    expect(world.simulator.leads()).toHaveLength(emails.length + 1);
    expect(everywhere()).toContain('leadPages');
    await world.post(deletion);
    await world.run(15 * 60);
    expect(world.simulator.leads().map(({ email }) => email)).toEqual(['joe@example.com']);
    expect(everywhere()).not.toContain('jane');
  });

  it('is deleted after a call that is under way', async () => {
    world = await createWorld({ api: 'rest', deletesLeads: true });
    await world.post(identify(jane, { company: 'first' }));
    world.whileCalling(1_000, async () => {
      await world.post(deletion);
      await world.absorbTurn();
    });
    await world.run(30);
    expect(leadOf(world, jane)?.fields.Company).toBe('first');
    await world.run(300);
    expect(world.simulator.leads()).toEqual([]);
  });

  it('is made anew by what comes after the deletion, which waits until it is gone', async () => {
    await begin();
    const [before] = world.simulator.leads(jane);
    await world.post(deletion, identify(jane, { title: 'CTO' }, { timestamp: undefined }));
    await world.run(400);
    const [after] = world.simulator.leads(jane);
    expect(after?.fields).toEqual({ Title: 'CTO' });
    expect(after?.id).not.toBe(before?.id);
  });

  it('is tried again while Marketo fails, and the person waits as long', async () => {
    await begin();
    world.inject({ target: 'deleteLeads', code: '713', count: 2 });
    await world.post(deletion, identify(jane, { title: 'CTO' }, { timestamp: undefined }));
    await world.run(600);
    expect(deletions().length).toBeGreaterThanOrEqual(3);
    expect(world.simulator.leads(jane).map(({ fields }) => fields)).toEqual([{ Title: 'CTO' }]);
  });

  it('waits for the circuit breaker where Marketo is closed to all', async () => {
    await begin();
    world.inject({ target: 'deleteLeads', status: 503 });
    await world.post(deletion);
    await world.run(900);
    expect(world.complaints).toContain('Marketo is unavailable; all leads wait');
    expect(world.simulator.leads()).toEqual([]);
  });

  it('that Marketo refuses to delete ends with a line that says what to do, and holds up nobody', async () => {
    await begin();
    world.inject({ target: 'deleteLeads', code: '603' });
    await world.post(deletion, identify(jane, { title: 'CTO' }, { timestamp: undefined }));
    await world.run(400);
    expect(world.stepsOf('refused').at(-1)).toMatchObject({ lead });
    expect(world.stepsOf('refused').at(-1)?.because).toContain('603');
    expect(world.complaints).toContain(
      'a lead was not deleted in Marketo: delete it there by hand',
    );
    expect(leadOf(world, jane)?.fields.Title).toBe('CTO');
  });

  it('is named to the operator where the API in use deletes none', async () => {
    await begin({ api: 'soap' });
    await world.post(deletion);
    await world.run(400);
    expect(world.stepsOf('refused').at(-1)).toMatchObject({
      lead,
      because: 'its deletion in Marketo: the lead API in use deletes no leads',
    });
    expect(leadOf(world, jane)).toBeDefined();
  });
});
