import { expect, test } from 'vitest';
import { createLater } from '../../operations/later.ts';
import { fakeOperations, leadView } from './console/support.ts';

test('nothing is made before something is asked, and then once', async () => {
  const known = fakeOperations();
  let made = 0;
  const operations = createLater(() => {
    made += 1;
    return Promise.resolve(known);
  });
  expect(made).toBe(0);
  const [lead] = await Promise.all([
    operations.lead({ email: 'jane@example.com' }),
    operations.flow(),
    operations.event({ messageId: 'm-1' }),
    operations.budget(),
    operations.dead('x'),
    operations.resend(['a']),
    operations.drop(['b']),
    operations.check(),
    operations.events({ filter: {}, most: 1 }),
    operations.people('jan'),
    operations.problems(60_000),
    operations.counts(60_000),
    operations.preview({ event: {}, source: 'server' }),
    operations.sendTest({ type: 'page' }),
    operations.erase('u-1'),
    operations.askForImports(),
  ]);
  expect(lead).toEqual(leadView);
  expect(made).toBe(1);
  expect(known.asked).toEqual([
    { email: 'jane@example.com' },
    'flow',
    { messageId: 'm-1' },
    'budget',
    { after: 'x' },
    { resend: ['a'] },
    { drop: ['b'] },
    'check',
    { events: { filter: {}, most: 1 } },
    { people: 'jan' },
    { problems: 60_000 },
    { counts: 60_000 },
    { event: {}, source: 'server' },
    { send: { type: 'page' } },
    { erase: 'u-1' },
    'bulk',
  ]);
});

test('what could not be made is made at the next question', async () => {
  let tries = 0;
  const operations = createLater(() => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(fakeOperations());
  });
  await expect(operations.flow()).rejects.toThrow('not yet');
  expect(await operations.check()).toHaveLength(1);
});
