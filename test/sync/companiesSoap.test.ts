import { afterEach, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

it('what is left of companies when SOAP takes over ends with its reason, and makes no lead', async () => {
  world = await createWorld({
    api: 'soap',
    senderKind: 'server',
    fieldMap: { userId: false },
    mapping: { rules: [{ when: { type: 'group' }, to: 'company' }] },
  });
  await world.post({
    type: 'group',
    userId: 'jane',
    groupId: 'acme',
    traits: { name: 'Acme' },
    context: { traits: { email: 'jane@example.com' } },
  });
  await world.run(240);
  expect(world.simulator.leads().map(({ email }) => email)).toEqual(['jane@example.com']);
  expect(world.simulator.state.companies()).toEqual([]);
  const because =
    'static lists, programs, campaigns and companies are written over REST only: set marketo.api to rest, then resend this dead letter';
  const letters = [...world.twin.dead.values()];
  expect(letters.map((deadLetter) => deadLetter.because)).toEqual([because, because]);
});
