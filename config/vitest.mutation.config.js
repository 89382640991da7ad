import { statSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

const sizeOf = ({ moduleId }) => statSync(moduleId).size;

/** A mutant costs what runs until the first test that meets it. */
class SmallFilesFirst extends BaseSequencer {
  sort(files) {
    return Promise.resolve(files.toSorted((one, other) => sizeOf(one) - sizeOf(other)));
  }
}

/** The tests that mutants have to get past: those of the pure rooms and of the tables of codes. */
export default defineConfig({
  test: {
    include: [
      'test/segment/*.test.ts',
      'test/lead/*.test.ts',
      'test/marketo/errorRules.test.ts',
      'test/marketo/rest/{apiErrors,codes,activities,cookies}.test.ts',
      'test/marketo/soap/faults.test.ts',
    ],
    testTimeout: 20_000,
    // One worker for all files of a run: a start for each would cost more than the tests.
    isolate: false,
    sequence: { sequencer: SmallFilesFirst },
  },
});
