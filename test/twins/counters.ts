import type { EpochMs } from '../../lambdas/segment/time.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';

interface Row {
  readonly used: number;
  readonly expiresAt: EpochMs;
}

/** Counters in memory. Their conformance suite runs on DynamoDB's emulator, too. */
export const createCountersTwin = () => {
  const rows = new Map<string, Row>();
  const counters: Counters = {
    add: (key, amount, { most, expiresAt }) => {
      const used = (rows.get(key)?.used ?? 0) + amount;
      if (used > most) return Promise.resolve(false);
      rows.set(key, { used, expiresAt });
      return Promise.resolve(true);
    },
    giveBack: (key, amount) => {
      const row = rows.get(key);
      if (row === undefined || row.used < amount)
        return Promise.reject(new Error('more would be given back than was added'));
      rows.set(key, { ...row, used: row.used - amount });
      return Promise.resolve();
    },
    used: (key) => Promise.resolve(rows.get(key)?.used ?? 0),
  };
  return { counters, rows };
};
