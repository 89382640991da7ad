import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyMapping } from '../marketo/mapping/mapping.ts';
import type { Mapping } from '../marketo/mapping/mapping.ts';

/** The file beside a function's code in which its mapping stands. */
export const bundledMappingFile = 'mapping.json';

/**
 * The mapping that a deployment put beside the function's code, checked then. Bundles that were not
 * deployed have none: they map nothing.
 */
export const bundledMapping = (env: Readonly<Record<string, string | undefined>>): Mapping => {
  try {
    const file = join(env.LAMBDA_TASK_ROOT ?? '.', bundledMappingFile);
    return JSON.parse(readFileSync(file, 'utf8')) as Mapping;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyMapping;
    throw error;
  }
};
