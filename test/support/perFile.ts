import { afterAll, afterEach } from 'vitest';
import { endFile, endTest } from './fileEnds.ts';

// Runs before each test file (`vitest.config.ts`).
afterEach(endTest);
afterAll(endFile);
