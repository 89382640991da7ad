import { defineConfig } from 'vitest/config';

/**
 * What speaks to DynamoDB, on Amazon's DynamoDB Local: the adapters with their twins, what reads dead letters, and
 * the whole pipeline. Takes minutes, and Java.
 */
export default defineConfig({
  test: {
    include: [
      'test/aws/{dynamoCounters,dynamoLeadsTable}.test.ts',
      'test/twins/leadsTable.test.ts',
      'test/operations/dead/{deadLetterStore,joint}.test.ts',
      'test/endToEnd.test.ts',
    ],
    env: { REAL_PARTS: 'true', DDB_LOCAL_TELEMETRY: '0' },
    globalSetup: ['test/support/java.ts', 'test/support/packages.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
