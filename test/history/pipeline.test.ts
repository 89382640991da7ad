import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { historyTableName, serveHistory } from '../aws/historyOnDynamo.ts';
import { identify } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
let world: World;
let served: Awaited<ReturnType<typeof serveHistory>>;
/** The reader outlives the world of one test. */
const clock = { now: () => world.at() };

beforeAll(async () => {
  served = await serveHistory(clock);
});
afterAll(() => served.close());
beforeEach(async () => {
  world = await createWorld({ api: 'rest', history: { writer: served.writer, payloads: true } });
});
afterEach(async () => {
  await world.close();
});

/** Everything that the history holds, as text. */
const everything = async (): Promise<string> =>
  JSON.stringify(
    (await served.client.send(new ScanCommand({ TableName: historyTableName }))).Items,
  );

const eventOf = (messageId: string) => served.reader().event(shortHashOf(messageId));

describe('the history of the pipeline', () => {
  it('tells what became of an event, with its call and its bodies', async () => {
    await world.post({
      ...identify(jane, { title: 'Engineer' }),
      userId: 'u-jane',
      messageId: 'first',
    });
    await world.run(120);
    const event = await eventOf('first');
    expect(event).toMatchObject({
      outcome: 'delivered',
      type: 'identify',
      source: 'world',
      email: jane,
      userId: 'u-jane',
    });
    const steps = event?.steps.map((step) => (step.kind === 'step' ? step.step : 'call'));
    expect(steps?.at(0)).toBe('absorbed');
    expect(steps?.slice(-2)).toEqual(['call', 'synced']);
    expect(event?.steps.at(-1)).toMatchObject({ isCreated: true });
    expect(event?.received).toContain('Engineer');
    expect(event?.sent).toContain('Engineer');
    expect(event?.answer).toContain('synced');
    expect(await served.reader().people('jane@', 5)).toMatchObject([{ email: jane }]);
  });

  it('follows an event that is held from its key to its lead', async () => {
    await world.post({
      type: 'identify',
      userId: 'u-held',
      traits: { title: 'Held' },
      messageId: 'held',
    });
    await world.run(5);
    expect(await eventOf('held')).toMatchObject({ outcome: 'held' });
    await world.post({ ...identify('held@example.com', {}), userId: 'u-held', messageId: 'named' });
    await world.run(120);
    expect(await eventOf('held')).toMatchObject({
      outcome: 'delivered',
      type: 'identify',
      userId: 'u-held',
    });
  });

  it('has nothing of a user any more who was deleted', async () => {
    await world.post(
      {
        ...identify('gone@example.com', { title: 'secret-title' }),
        userId: 'u-gone',
        messageId: 'gone-1',
      },
      { type: 'page', userId: 'u-gone', properties: { url: 'https://example.com/secret-page' } },
    );
    await world.run(120);
    expect(await everything()).toMatch(/gone@example\.com/);
    await world.post({ type: 'delete', userId: 'u-gone', messageId: 'the-delete' });
    await world.run(600);
    expect(await everything()).not.toMatch(/gone@example|secret|u-gone/);
    expect(await eventOf('the-delete')).toMatchObject({ type: 'delete', outcome: 'carriedOut' });
  });

  it('loses the bodies of what waits when consent is refused', async () => {
    await world.close();
    world = await createWorld({
      api: 'rest',
      history: { writer: served.writer, payloads: true },
      consent: { categories: ['Advertising'], whenAbsent: 'send' },
    });
    await world.post({
      ...identify('no@example.com', { title: 'secret-refused' }),
      anonymousId: 'a-no',
      messageId: 'no-1',
    });
    await world.absorbTurn();
    expect(await everything()).toContain('secret-refused');
    world.pass(1);
    const context = { consent: { categoryPreferences: { Advertising: false } } };
    await world.post({ ...identify('no@example.com', {}), anonymousId: 'a-no', context });
    await world.absorbTurn();
    expect(await everything()).not.toContain('secret-refused');
    expect(await eventOf('no-1')).toMatchObject({ outcome: 'dropped' });
  });
});
