import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGateway } from '../../local/http/server.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { startLocal, type LocalRun } from '../../local/run.ts';
import { createConsole } from '../../operations/console/server.ts';
import { createHttpOperations } from '../../operations/http.ts';
import type { EventView, LeadView } from '../../operations/views.ts';
import { build } from '../../scripts/build.ts';
import { fakeOperations, info } from '../operations/console/support.ts';
import { temporaryFolder } from './support.ts';

const settings = join(import.meta.dirname, '../support/empty-settings.json');

const identify = async (local: LocalRun, messageId: string, body: object): Promise<void> => {
  const response = await fetch(`${local.url}/v1/identify`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${local.writeKey}:`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ messageId, ...body }),
  });
  expect(response.status).toBe(200);
};

const eventually = <Value>(check: () => Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

const stepsOf = ({ steps }: EventView) =>
  steps.map((line) => (line.kind === 'step' ? line.step : line.kind));

const timelineOf = ({ timeline }: LeadView) =>
  timeline.map((line) => (line.kind === 'step' ? line.step : line.kind));

test('the console shows what becomes of an event until Marketo has it, also after a restart', async () => {
  const folder = temporaryFolder();
  await build(join(folder, 'first'));
  // CDK remembers the folders that this process has staged.
  cpSync(join(folder, 'first'), join(folder, 'second'), { recursive: true });
  const start = async (bundles: 'first' | 'second'): Promise<LocalRun> => {
    const local = await startLocal({
      port: 0,
      env: { SETTINGS_FILE: settings, MARKETO_API: 'rest' },
      dataDir: join(folder, 'data'),
      bundles: join(folder, bundles),
      log: () => undefined,
    });
    onTestFinished(() => local.close());
    return local;
  };
  const who = { email: 'jane@example.com' };

  const first = await start('first');
  const told = createHttpOperations(first.url);
  expect(await told.info()).toEqual({
    name: 'local pipeline',
    isLocal: true,
    ingestUrl: first.url.replace('127.0.0.1', 'localhost'),
    writeKeyHint: 'local-write-key',
  });
  expect(await told.lead(who)).toBeUndefined();
  expect(await told.event({ messageId: 'm-1' })).toBeUndefined();

  await identify(first, 'm-1', { userId: 'u-1', traits: { ...who, firstName: 'Jane' } });
  const event = await eventually(async () => {
    const found = await told.event({ messageId: 'm-1' });
    if (!found) throw new Error('nothing is known yet');
    expect(stepsOf(found)).toContain('synced');
    return found;
  });
  expect(stepsOf(event)).toEqual(['queued', 'absorbed', 'call', 'synced']);
  expect(event.isDone).toBe(true);

  const lead = await told.lead(who);
  if (!lead) throw new Error('the lead is not known');
  expect(timelineOf(lead)).toEqual(expect.arrayContaining(['absorbed', 'call', 'synced']));
  expect(lead.fields).toContainEqual(
    expect.objectContaining({ name: 'FirstName', state: 'sent', message: event.message }),
  );
  expect(await told.lead({ userId: 'u-1' })).toMatchObject({ lead: lead.lead });

  const budget = await told.budget();
  expect(budget).toMatchObject({ api: 'rest', dailyCalls: 40_000 });
  expect(budget.used).toBeGreaterThan(0);
  const requests = budget.tallies.reduce((sum, tally) => sum + tally.requests, 0);
  expect(requests).toBe(budget.used);

  const flow = await told.flow();
  const of = (step: 'queued' | 'synced'): number =>
    flow.tallies.reduce((sum, { steps }) => sum + (steps[step] ?? 0), 0);
  expect([of('queued'), of('synced')]).toEqual([1, 1]);
  expect(flow).toMatchObject({ pending: { count: 0 }, deadLetters: { count: 0 } });
  expect(await told.dead()).toEqual({ dead: [] });
  const checks = await told.check();
  expect(checks.length).toBeGreaterThan(0);
  expect(checks.filter(({ state }) => state === 'wrong')).toEqual([]);

  await first.close();
  const second = await start('second');
  const again = createHttpOperations(second.url);
  const remembered = await again.event({ messageId: 'm-1' });
  expect(remembered).toMatchObject({ isDone: true, steps: event.steps });
  expect((await again.lead(who))?.timeline).toEqual(lead.timeline);
  const spent = await again.budget();
  expect(spent.tallies.reduce((sum, tally) => sum + tally.requests, 0)).toBe(requests);

  const tested = { type: 'identify', userId: 'u-2', traits: { email: 'test@example.com' } };
  expect((await again.preview({ event: tested, source: 'server' })).preview).toMatchObject({
    lead: 'the lead test@example.com; the userId u-2 is linked to it',
  });
  const { messageId } = await again.sendTest(tested);
  await eventually(async () => {
    expect(await again.event({ messageId })).toMatchObject({ isDone: true });
  });
  await eventually(async () => {
    const { events } = await again.events({ filter: { person: 'TEST@ex' }, most: 5 });
    expect(events).toMatchObject([{ messageId, outcome: 'delivered', email: 'test@example.com' }]);
  });
  const { people } = await again.people('test@');
  expect(people).toMatchObject([{ email: 'test@example.com', userId: 'u-2' }]);
  const { counts } = await again.counts(60 * 60_000);
  expect(counts.reduce((sum, one) => sum + (one.outcomes.delivered ?? 0), 0)).toBeGreaterThan(0);
  expect((await again.problems(60 * 60_000)).problems).toEqual([]);
  const erasure = await again.erase('test@example.com');
  await eventually(async () => {
    expect(await again.event({ messageId: erasure.messageId })).toMatchObject({ isDone: true });
  });
  expect(await again.lead({ email: 'test@example.com' })).not.toHaveProperty('marketoId');
}, 90_000);

test('the console is beside the HTTP API, and not there before everything is up', async () => {
  const gateway = createGateway();
  const url = await listen(gateway.server);
  onTestFinished(() => closeServer(gateway.server));
  const operations = createHttpOperations(url);
  await expect(operations.info()).rejects.toThrow(`${url} is still starting`);
  const console = createConsole({ operations: fakeOperations(), info });
  gateway.open({ routes: [], console });
  expect(await operations.info()).toEqual(info);
  expect((await fetch(`${url}/console`)).headers.get('content-type')).toContain('text/html');
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/consoles`)).status).toBe(404);
});
