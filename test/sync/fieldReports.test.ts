import { describe, expect, it } from 'vitest';
import type { Logger } from '../../lambdas/delivery.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createFieldReports } from '../../lambdas/sync/fieldReports.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { fieldReportLimits, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';

/** 23:00 in Chicago. */
const evening = epochMs(Date.UTC(2026, 10, 24, 5));
const hourMs = 3_600_000;

/** Instances that share a table, and all that they say. */
const createInstances = () => {
  const { table } = createLeadsTableTwin(indexLimits.shards);
  const warnings: string[] = [];
  const counts: [string, number][] = [];
  let isDown = false;
  const logger: Logger = {
    call: () => undefined,
    delivery: () => undefined,
    warn: (message, facts = {}) => warnings.push([message, ...Object.values(facts)].join(': ')),
    error: (message) => warnings.push(message),
  };
  const instance = (now: EpochMs) => {
    const clock = { at: now, now: () => clock.at };
    const store = createStore({
      table: {
        ...table,
        read: (keys) => (isDown ? Promise.reject(new TypeError('down')) : table.read(keys)),
      },
      ticks: noTicks,
      clock,
      timing: leadTiming,
      holdMs: 0,
    });
    const metrics = {
      ...noMetrics,
      count: (name: string, amount = 1) => void counts.push([name, amount]),
    };
    const reports = createFieldReports({ store, clock, logger, metrics });
    const meetsOf = async (source: string, ...names: string[]): Promise<void> => {
      for (const name of names) reports.unknown([{ name, ...(source && { source }) }]);
      await reports.publish();
    };
    const meets = (...names: string[]): Promise<void> => meetsOf('', ...names);
    return { clock, reports, meets, meetsOf };
  };
  return {
    instance,
    warnings,
    counts,
    fail: (down: boolean) => {
      isDown = down;
    },
  };
};

const most = fieldReportLimits.perSource;

const line = (field: string): string => `Marketo has no such field: ${field}`;

describe('fields that Marketo does not have', () => {
  it('are reported by name, one line and one count each', async () => {
    const { instance, warnings, counts } = createInstances();
    await instance(evening).meets('Pants', 'Socks', 'Pants');
    expect(warnings).toEqual([line('Pants'), line('Socks')]);
    expect(counts).toEqual([
      ['UnknownFields', 1],
      ['UnknownFields', 1],
    ]);
  });

  it('are reported once by all instances together, also when they meet them at once', async () => {
    const { instance, warnings } = createInstances();
    const instances = Array.from({ length: 5 }, () => instance(evening));
    await Promise.all(instances.map(({ meets }) => meets('Pants')));
    await Promise.all(instances.map(({ meets }, n) => meets('Pants', `Socks${n % 2}`)));
    expect(warnings.sort()).toEqual([line('Pants'), line('Socks0'), line('Socks1')]);
  });

  it('are reported again on Marketo’s next day, by clocks that differ once', async () => {
    const { instance, warnings } = createInstances();
    const [slow, fast] = [instance(evening), instance(evening)];
    await slow.meets('Pants');
    fast.clock.at = epochMs(evening + hourMs);
    slow.clock.at = epochMs(evening + hourMs - 1_000);
    await fast.meets('Pants');
    await instance(slow.clock.at).meets('Pants');
    await fast.meets('Pants');
    expect(warnings).toEqual([line('Pants'), line('Pants')]);
  });

  it('are named only so many a day, and the last line says so', async () => {
    const { instance, warnings } = createInstances();
    const names = Array.from({ length: most + 100 }, (_, n) => `Field${n}`);
    const { meets } = instance(evening);
    await meets(...names);
    await meets('Another');
    expect(warnings).toHaveLength(most + 1);
    expect(warnings.at(-1)).toContain('not reported today');
  });

  it('that strangers invent under a page’s key hide none of another source', async () => {
    const { instance, warnings } = createInstances();
    const { meetsOf } = instance(evening);
    await meetsOf('site', ...Array.from({ length: 900 }, (_, n) => `Invented${n}`));
    await meetsOf('crm', 'Pants');
    expect(warnings).toHaveLength(most + 2);
    expect(warnings.at(-1)).toBe(`${line('Pants')}: crm`);
  });

  it('are bounded in bytes as well, so that the item has room for other sources', async () => {
    const { instance, warnings } = createInstances();
    const { meetsOf } = instance(evening);
    await meetsOf('site', ...Array.from({ length: 300 }, (_, n) => `${n}${'ö'.repeat(250)}`));
    expect(warnings.length).toBeGreaterThan(10);
    expect(warnings.join('').length * 2).toBeLessThan(fieldReportLimits.bytesPerSource * 1.3);
    await meetsOf('crm', 'Pants');
    expect(warnings.at(-1)).toBe(`${line('Pants')}: crm`);
  });

  it('of one lead are named only so many, so that one person’s event leaves room for others', async () => {
    const { instance, warnings } = createInstances();
    const { reports } = instance(evening);
    reports.unknown(Array.from({ length: 900 }, (_, n) => ({ name: `F${n}`, source: 'site' })));
    reports.unknown([{ name: 'Pants', source: 'site' }]);
    await reports.publish();
    expect(warnings).toHaveLength(fieldReportLimits.perLead + 1);
    expect(warnings.at(-1)).toBe(`${line('Pants')}: site`);
  });

  it('stop nothing when the table fails, and are reported later', async () => {
    const { instance, warnings, fail } = createInstances();
    const { meets } = instance(evening);
    fail(true);
    await meets('Pants');
    fail(false);
    await meets('Pants');
    expect(warnings.map((warning) => warning.split(':', 1)[0])).toEqual([
      'fields that Marketo does not have could not be reported',
      'Marketo has no such field',
    ]);
  });
});
