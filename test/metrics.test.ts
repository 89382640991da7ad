import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { createMetrics } from '../lambdas/metrics.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** CloudWatch's embedded metric format: the parts that the specification requires. */
const emf = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.int().check(z.positive()),
    CloudWatchMetrics: z.array(
      z.strictObject({
        Namespace: z.string().check(z.minLength(1), z.maxLength(1_024)),
        Dimensions: z.array(z.array(z.string()).check(z.maxLength(30))),
        Metrics: z
          .array(z.strictObject({ Name: z.string().check(z.minLength(1)), Unit: z.string() }))
          .check(z.minLength(1), z.maxLength(100)),
      }),
    ),
  }),
});

const observed = () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  const lines = () => written.splice(0).map((line) => emf.parse(JSON.parse(line)));
  return { metrics: createMetrics('sync', 'a-stack'), lines };
};

describe('the metrics of an invocation', () => {
  it('are one line of embedded metrics, with the function and the stack as their dimensions', () => {
    const { metrics, lines } = observed();
    metrics.count('Synced');
    metrics.record('Freshness', 1_200);
    metrics.count('Synced', 3);
    metrics.record('Freshness', 40);
    metrics.count('Calls');
    expect(lines()).toEqual([]);
    metrics.flush();
    const [line, ...more] = lines();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      service: 'sync',
      stack: 'a-stack',
      Synced: 4,
      Calls: 1,
      Freshness: [1_200, 40],
    });
    const [directive] = line?._aws.CloudWatchMetrics ?? [];
    expect(directive?.Namespace).toBe('MarketoDestination');
    expect(directive?.Dimensions).toEqual([['service', 'stack']]);
    expect(directive?.Metrics).toEqual([
      { Name: 'Freshness', Unit: 'Milliseconds' },
      { Name: 'Synced', Unit: 'Count' },
      { Name: 'Calls', Unit: 'Count' },
    ]);
  });

  it('are counted once: the next line begins at nothing', () => {
    const { metrics, lines } = observed();
    metrics.count('Calls', 2);
    metrics.flush();
    metrics.count('Calls');
    metrics.flush();
    expect(lines()).toMatchObject([{ Calls: 2 }, { Calls: 1 }]);
  });

  it('are no line where there are none', () => {
    const { metrics, lines } = observed();
    metrics.flush();
    expect(lines()).toEqual([]);
  });

  it('lose no value where there are more than a line can hold', () => {
    const { metrics, lines } = observed();
    const values = Array.from({ length: 250 }, (_, n) => n);
    for (const value of values) metrics.record('Freshness', value);
    metrics.count('Synced', 250);
    metrics.flush();
    const all = lines();
    expect(all.flatMap(({ Freshness }) => Freshness)).toEqual(values);
    for (const { Freshness } of all)
      expect((Freshness as readonly number[]).length).toBeLessThanOrEqual(100);
    expect(all.filter((line) => 'Synced' in line)).toHaveLength(1);
  });
});
