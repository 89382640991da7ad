import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledMappingFile } from '../../lambdas/aws/bundledMapping.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { LocalFunction } from './function.ts';

/** Gives a function that has a mapping another one, as a deployment would. */
export const putMapping = (fn: LocalFunction, mapping: Mapping): void => {
  const file = join(fn.folder, bundledMappingFile);
  if (!existsSync(file)) return;
  writeFileSync(file, JSON.stringify(mapping));
  fn.renew();
};
