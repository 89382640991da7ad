import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { createMetrics } from '../lambdas/metrics.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** CloudWatch's embedded metric format: the parts that the specification requires. */
const emf = z.strictObject({
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
  service: z.string(),
  UnknownFields: z.optional(z.number()),
  RefusedValues: z.optional(z.number()),
});

it('each count is one line of embedded metrics, with the function as its dimension', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const metrics = createMetrics('sync');
  metrics.count('UnknownFields');
  metrics.count('RefusedValues', 3);
  const printed = lines.map((line) => emf.parse(JSON.parse(line)));
  const about = (name: string) => ({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'MarketoDestination',
          Dimensions: [['service']],
          Metrics: [{ Name: name, Unit: 'Count' }],
        },
      ],
    },
    service: 'sync',
  });
  expect(printed).toMatchObject([
    { ...about('UnknownFields'), UnknownFields: 1 },
    { ...about('RefusedValues'), RefusedValues: 3 },
  ]);
});
