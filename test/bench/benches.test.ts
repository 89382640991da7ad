import { expect, test } from 'vitest';
import { apiCalls } from '../../bench/apiCalls.ts';
import { hotLead } from '../../bench/hotLead.ts';
import { indexSpread } from '../../bench/indexSpread.ts';
import { printed } from '../../bench/page.ts';

const small = { seed: 5, size: 0.01 };

interface Needed {
  readonly requests: number;
  readonly byKind: { readonly sync: number; readonly associate: number; readonly refused: number };
}

test('api-calls at a hundredth of its size tells Marketo everything in fewer calls than events', async () => {
  const { numbers } = await apiCalls.run(small);
  expect(numbers).toMatchObject({ bench: 'api-calls', seed: 5, events: 1_000 });
  const identifies = Number(numbers['identifies']);
  for (const way of ['soap', 'rest', 'restWithVisits']) {
    const { byKind, requests } = numbers[way] as unknown as Needed;
    expect(requests).toBe(byKind.sync + byKind.associate + byKind.refused + 1);
    expect(byKind.sync).toBeGreaterThan(0);
    expect(byKind.sync).toBeLessThan(identifies);
    expect(byKind.associate > 0).toBe(way === 'restWithVisits');
  }
});

test('a run follows from its seed alone', async () => {
  const once = printed(await apiCalls.run({ seed: 5, size: 0.002 }));
  expect(printed(await apiCalls.run({ seed: 5, size: 0.002 }))).toBe(once);
  expect(printed(await apiCalls.run({ seed: 6, size: 0.002 }))).not.toBe(once);
});

test('hot-lead at a tenth of its size meets its aims, and the alternatives do what is said of them', async () => {
  const { aims, numbers } = await hotLead.run({ seed: 5, size: 0.1 });
  // So few events in the same second come in smaller batches.
  const missed = aims.filter(({ isMet, what }) => !isMet && !what.startsWith('table writes'));
  expect(missed).toEqual([]);
  expect(numbers['original']).toEqual({ calls: 1, lost: 99 });
  expect(numbers['deferral']).toMatchObject({ calls: 100, lost: 0, maxReceives: 100 });
});

test('each lead costs the index four write units, and its partition keys share them evenly', async () => {
  const { aims, numbers } = await indexSpread.run({ seed: 5, size: 0.05 });
  expect(aims.filter(({ isMet }) => !isMet)).toEqual([]);
  const ways = numbers['ways'] as unknown as { readonly perLead: number; readonly share: number }[];
  for (const { perLead, share } of ways) {
    expect(perLead).toBeCloseTo(4, 1);
    expect(share).toBeLessThan(0.32);
  }
});
