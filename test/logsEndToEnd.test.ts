import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { LocalRun } from '../local/run.ts';
import { startLocal } from '../local/run.ts';
import { addressForms, leaksIn, planted } from './support/addresses.ts';
import { plantedIdentify } from './support/plantedRequests.ts';

/** Its values are refused by Marketo, so that refusals and dead letters have something to say. */
const identifies = (): readonly object[] => [
  ...Object.values(addressForms).map((form, index) => ({
    type: 'identify',
    messageId: `${form}-${index}`,
    userId: form,
    traits: { [form]: form, email: `${index}.${planted}`, [`${form} score`]: 'no number' },
  })),
  ...Object.values(addressForms).map((form) => ({
    type: 'track',
    userId: form,
    event: form,
    properties: { [form]: form },
  })),
  ...fc.sample(plantedIdentify, { numRuns: 100, seed: 17 }),
];

let local: LocalRun;
const lines: string[] = [];

beforeAll(async () => {
  local = await startLocal({
    port: 0,
    env: {
      SETTINGS_FILE: join(import.meta.dirname, 'support/empty-settings.json'),
      MARKETO_API: 'rest',
    },
    log: (line) => lines.push(line),
  });
}, 60_000);

afterAll(async () => {
  await local.close();
});

it('no address that a sender planted in names, ids and values stands in a line of any function', async () => {
  const answer = await fetch(`${local.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${local.writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ batch: identifies() }),
  });
  expect(answer.status).toBe(200);
  const saidBy = (service: string, step: string): boolean =>
    lines.some((line) => line.includes(`"service":"${service}"`) && line.includes(`"${step}"`));
  await vi.waitFor(
    () => {
      expect(saidBy('absorb', 'absorbed')).toBe(true);
      expect(saidBy('absorb', 'visited')).toBe(true);
      expect(saidBy('sync', 'synced')).toBe(true);
    },
    { timeout: 45_000, interval: 200 },
  );
  expect(leaksIn(lines.join('\n'))).toEqual([]);
}, 60_000);
