import { afterEach, describe, expect, it } from 'vitest';
import type { Field } from '../../../simulator/field.ts';
import type { Settings } from '../../../lambdas/settings.ts';
import { identify, leadOf } from '../../support/scenario.ts';
import type { World } from '../../support/world.ts';
import { createWorld } from '../../support/world.ts';
import { holdDays, operatorOf } from './operator.ts';

const jane = 'jane@example.com';
const hour = 3_600;

let world: World;
/** What a test does to a new world. */
let begun: (made: World) => void = () => undefined;
const begin = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
  world = await createWorld({ api: 'rest', fieldMap: { userId: false }, holdDays, ...options });
  begun(world);
};
afterEach(async () => {
  expect(world.simulator.lockFaults).toBe(0);
  await world.close();
});

const fields = () => world.simulator.fields as Map<string, Field>;

/** Marketo refuses a value in a call, because its field has gone. */
const fieldRefused = async (): Promise<void> => {
  await begin();
  await world.post(identify(jane, { plan: 'a' }));
  await world.run(60);
  fields().delete('Plan');
  await world.post(identify(jane, { plan: 'b' }));
  await world.run(60);
};

/** An update fails before its call for want of a field. */
const updateFailed = async (): Promise<void> => {
  await begin({ unknownFields: 'fail' });
  fields().delete('Plan');
  await world.post(identify(jane, { plan: 'b' }));
  await world.run(60);
};

/** What was held for want of an e-mail is given up. */
const holdEnded = async (): Promise<void> => {
  await begin();
  await world.post({ type: 'identify', userId: 'jane', traits: { plan: 'b' } });
  await world.run(hour + 300);
};

const activities: Settings['activities'] = {
  Ordered: { typeId: 100_001, primary: 'id', attributes: {} },
};
const orders = () =>
  world.simulator.activities(jane).map(({ primaryAttributeValue }) => primaryAttributeValue);

/** Marketo refuses an activity. */
const activityRefused = async (): Promise<void> => {
  await begin({ activities });
  await world.post(identify(jane, { plan: 'b' }));
  await world.run(60);
  world.inject({ target: 'activities', code: '1006' });
  await world.post({ type: 'track', event: 'Ordered', userId: 'jane', properties: { id: '7' } });
  await world.run(60);
  expect(orders()).toEqual([]);
};

const cases = [
  ['a value that was refused', fieldRefused],
  ['an update that failed', updateFailed],
  ['what was held too long', holdEnded],
  ['an activity that was refused', activityRefused],
] as const;

/** What was wrong is mended, and the person is known. */
const mend = async (): Promise<void> => {
  world.addField({ name: 'Plan', dataType: 'string' });
  await world.post(identify(jane));
};

const expectThere = async (when: string): Promise<void> => {
  expect(leadOf(world, jane)?.fields.Plan, when).toBe('b');
  expect(await operatorOf(world).all(), when).toEqual([]);
  expect(orders().length, when).toBeLessThanOrEqual(1);
};

class Killed extends Error {}

/** An operator whose program dies before its `count`-th step. */
const mortal = (count: number) => {
  let left = count;
  const operator = operatorOf(world, (port) => {
    const guarded = Object.entries(port).map(([name, call]) => [
      name,
      (...given: unknown[]): unknown => {
        left -= 1;
        if (left < 0) return Promise.reject(new Killed());
        return (call as (...input: unknown[]) => unknown)(...given);
      },
    ]);
    return Object.fromEntries(guarded) as typeof port;
  });
  return { operator, hasDied: () => left < 0 };
};

describe.each(cases)('%s', (_name, giveUp) => {
  it.each([
    ['at once', 0],
    ['after the worker went on with it', 180],
  ])(
    'is sent once, whenever whoever resends it dies and somebody does it again %s',
    async (_when, seconds) => {
      let hasDied = true;
      for (let step = 0; hasDied; step += 1) {
        if (step > 0) await world.close();
        await giveUp();
        await mend();
        const ids = (await operatorOf(world).all()).map(({ id }) => id);
        expect(ids).toHaveLength(1);
        const { operator, hasDied: died } = mortal(step);
        await operator.resend(ids).catch(() => undefined);
        hasDied = died();
        await world.run(seconds);
        await operatorOf(world).resend(ids);
        await world.run(300);
        if (giveUp === activityRefused) expect(orders(), `dies before step ${step}`).toEqual(['7']);
        await expectThere(`dies before step ${step}`);
        expect(step).toBeLessThan(30);
      }
    },
    60_000,
  );

  it('is not lost where it is resent in the moment in which it is written', async () => {
    const { giveUpMeanwhile } = meanwhile(giveUp);
    await giveUpMeanwhile(async () => {
      await operatorOf(world).resendAll();
    });
    await mend();
    await operatorOf(world).resendAll();
    await world.run(300);
    await operatorOf(world).resendAll();
    await world.run(300);
    await expectThere('resent at once');
  });

  it('is not lost where it is resent again and again as it is written', async () => {
    const { giveUpMeanwhile } = meanwhile(giveUp, 3);
    await giveUpMeanwhile(async () => {
      await operatorOf(world).resendAll();
    });
    await mend();
    for (let round = 0; round < 3; round += 1) {
      await operatorOf(world).resendAll();
      await world.run(300);
    }
    await expectThere('resent again and again');
  });
});

/** Lets something happen each time right after a dead letter was written. */
const meanwhile = (giveUp: () => Promise<void>, most = 1) => ({
  giveUpMeanwhile: async (happen: () => Promise<void>): Promise<void> => {
    let left = most;
    const make = begun;
    begun = (made) => {
      const { table } = made.twin;
      const putDeadLetter = table.putDeadLetter.bind(table);
      table.putDeadLetter = async (...letter) => {
        await putDeadLetter(...letter);
        left -= 1;
        if (left >= 0) await happen();
      };
    };
    try {
      await giveUp();
    } finally {
      begun = make;
    }
    expect(left).toBeLessThan(most);
  },
});
