#!/usr/bin/env bash
# @aws-lambda-powertools/metrics 2.36.0
# CloudWatch takes 100 metrics a line, so the 101st is expected to begin a second line with the same dimensions.
# The automatic flush forgets what addDimension and addMetadata said: the 101st metric is of another set of dimensions,
# so that a graph or an alarm on the first never sees it. defaultDimensions stay.
# Seen: 100 metrics with service, stage, route and requestId; 1 with service and stage alone
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @aws-lambda-powertools/metrics@2.36.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { Metrics } from '@aws-lambda-powertools/metrics';

let printed = '';
const { write } = process.stdout;
process.stdout.write = (text) => {
  printed += text;
  return true;
};
const metrics = new Metrics({
  namespace: 'leads',
  serviceName: 'sync',
  defaultDimensions: { stage: 'test' },
});
metrics.addDimension('route', 'track');
metrics.addMetadata('requestId', 'r-1');
for (let nth = 1; nth <= 101; nth += 1) metrics.addMetric(`metric${nth}`, 'Count', nth);
metrics.publishStoredMetrics();
process.stdout.write = write;
const seen = printed
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .map(({ _aws, requestId }) => {
    const [{ Dimensions, Metrics: ofLine }] = _aws.CloudWatchMetrics;
    return { metrics: ofLine.length, dimensions: Dimensions[0].toSorted(), requestId };
  });
console.log(seen);
assert.deepEqual(seen, [
  { metrics: 100, dimensions: ['route', 'service', 'stage'], requestId: 'r-1' },
  { metrics: 1, dimensions: ['service', 'stage'], requestId: undefined },
]);
JS
node see.mjs
