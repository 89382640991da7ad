import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Others' packages stand in test/node_modules; what is delivered takes minutes: `npm run test:delivery`.
    exclude: [...configDefaults.exclude, 'test/delivery/**'],
    globalSetup: ['test/support/chromium.ts', 'test/support/packages.ts'],
    // A first synthesis, or a start of Chromium, takes 25 s on a machine that has much else to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['lambdas/segment/**', 'lambdas/lead/**', 'lambdas/marketo/*.ts'],
      reporter: ['text-summary'],
      thresholds: { statements: 98, branches: 95, functions: 98, lines: 98 },
    },
  },
});
