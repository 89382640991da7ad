import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FileSystem, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundledMappingFile } from '../lambdas/aws/bundledMapping.ts';
import type { Mapping } from '../lambdas/marketo/mapping/mapping.ts';

const exclude = ['*.map'];

/**
 * A function's code with the mapping beside it, of whatever size. The asset changes with the mapping, so
 * that a deployment of another mapping is one of another function. The files are put together in the cloud
 * assembly, since the bundles of a package may not be written to.
 */
export const codeWith = (scope: Construct, folder: string, mapping: Mapping | undefined): Code => {
  if (mapping === undefined) return Code.fromAsset(folder, { exclude });
  const text = JSON.stringify(mapping);
  const name = `${basename(folder)}.${FileSystem.fingerprint(folder, { exclude, extraHash: text })}`;
  const into = join(Stage.of(scope)?.assetOutdir ?? '', 'bundles', name);
  mkdirSync(into, { recursive: true });
  cpSync(folder, into, { recursive: true, filter: (path) => !path.endsWith('.map') });
  writeFileSync(join(into, bundledMappingFile), text);
  return Code.fromAsset(into);
};
