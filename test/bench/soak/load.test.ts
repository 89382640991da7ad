import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createLoad } from '../../../bench/soak/load.ts';
import { closeServer, listen } from '../../../local/listen.ts';
import { createDice } from '../../simulation/dice.ts';

interface Posted {
  readonly type: string;
  readonly traits?: { readonly email: string; readonly plan: string };
}

/** A door that answers with these statuses in turn, then 200, and what it took. */
const doorOf = async (...statuses: number[]) => {
  const taken = new Map<string, string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const status = statuses.shift() ?? 200;
      const { batch } = JSON.parse(body) as { batch: Posted[] };
      if (status === 200)
        for (const { traits } of batch) if (traits) taken.set(traits.email, traits.plan);
      response.writeHead(status).end('{}');
    });
  });
  const url = await listen(server);
  onTestFinished(() => closeServer(server));
  const load = createLoad({ local: { url, writeKey: 'key' }, leads: 3, dice: createDice(2) });
  return { load, taken };
};

test('no lead is stuck when Marketo has the last values that the door took', async () => {
  const { load, taken } = await doorOf(200, 503, 200);
  for (let batch = 0; batch < 4; batch += 1) await load.post(20);
  expect(load.counts()).toEqual({ accepted: 60, refused: 20 });
  expect(load.leads()).toBe(3);
  expect(load.stuck((email) => taken.get(email))).toBe(0);
});

test('a lead is stuck when Marketo has an older value, or none', async () => {
  const { load, taken } = await doorOf();
  await load.post(60);
  const [email = ''] = taken.keys();
  expect(load.stuck((one) => (one === email ? 'plan 0' : taken.get(one)))).toBe(1);
  expect(load.stuck(() => undefined)).toBe(3);
});
