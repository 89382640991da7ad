import { defineConfig } from 'vitest/config';

/** What only a delivery shows: the packed package in another project, and `cdk deploy`. Takes minutes. */
export default defineConfig({
  test: {
    include: ['test/delivery/**/*.test.ts'],
    globalSetup: ['test/support/packages.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
