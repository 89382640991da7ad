/** Mutation testing of what decides: see docs/mutation.md. */
export default {
  testRunner: 'vitest',
  // In threads the tests of dates could not change the time zone.
  vitest: { configFile: 'config/vitest.mutation.config.js', pool: 'forks' },
  // Only where it compiles is the compiler needed.
  tsconfigFile: 'none',
  mutate: [
    'lambdas/segment/**/*.ts',
    'lambdas/lead/**/*.ts',
    'lambdas/marketo/errorRules.ts',
    'lambdas/marketo/rest/{restErrorRules,apiErrors,activityVerdicts}.ts',
    'lambdas/marketo/soap/soapErrorRules.ts',
  ],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  incremental: true,
  incrementalFile: '.stryker-tmp/incremental.json',
  ignorePatterns: [
    '/.data',
    '/data',
    '/dist',
    '/cdk.out',
    '/coverage',
    '/.vitest',
    '/test-artifacts',
    '/artifacts',
    '/reports',
  ],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowConsoleColors: false,
  thresholds: { high: 95, low: 95, break: 95 },
};
