import type { Metrics } from '../../lambdas/metricNames.ts';

/** Metrics that nobody looks at. */
export const noMetrics: Metrics = { count: () => undefined, record: () => undefined };
