import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createFunction,
  type FunctionSettings,
  type LocalFunction,
} from '../../local/functions/function.ts';

/** A folder that goes away with the test. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'marketo-destination-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** Writes CommonJS code as a bundle, as the build leaves it; gives its path. */
const writeBundle = (code: string): string => {
  const file = join(temporaryFolder(), 'index.cjs');
  writeFileSync(file, code);
  return file;
};

/** A function whose handler is this code, with the lines that it prints. */
export const functionOf = (
  code: string,
  settings: Partial<FunctionSettings> = {},
): LocalFunction & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  const fn = createFunction({
    name: 'tested',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    file: writeBundle(code),
    handler: 'handler',
    variables: {},
    timeoutMs: 10_000,
    memoryMb: 128,
    most: 2,
    log: (line) => lines.push(line),
    ...settings,
  });
  onTestFinished(() => fn.close());
  return { ...fn, lines };
};
