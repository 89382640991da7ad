import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { bundledMapping } from '../../lambdas/aws/bundledMapping.ts';
import { emptyMapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { MappingInput } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { MarketoDestinationStack } from '../../lib/stack.ts';
import { exampleSettings, only, standInAssets, temporaryFolder } from './support.ts';
import type { Template } from './support.ts';

interface Assets {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>;
}

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The folder of a function's code in the cloud assembly. */
const codeOf = (directory: string, stack: string, fn: string): string => {
  const template = read(directory, `${stack}.template.json`) as Template;
  const { Code } = only(template, 'AWS::Lambda::Function', `Functions${fn}`).Properties as {
    readonly Code: { readonly S3Key: string };
  };
  const { files } = read(directory, `${stack}.assets.json`) as Assets;
  return join(directory, files[Code.S3Key.replace(/\.zip$/, '')]?.source.path ?? '');
};

it('the mapping goes with the code of the functions that use it, whatever its size, for each stack its own', () => {
  const fieldMap = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, n) => [`trait${n}`, `Field_${n}`]),
  );
  const mappings: Readonly<Record<string, MappingInput>> = {
    large: { fieldMap },
    small: { events: 'none' },
  };
  const folder = temporaryFolder();
  const assets = standInAssets(join(folder, 'assets'));
  const app = new App({
    outdir: join(folder, 'out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  for (const [name, mapping] of Object.entries(mappings))
    new MarketoDestinationStack(app, name, { settings: { ...exampleSettings(), mapping }, assets });
  const { directory } = app.synth();
  for (const [name, mapping] of Object.entries(mappings))
    for (const fn of ['Absorb', 'Sync']) {
      const code = codeOf(directory, name, fn);
      expect(bundledMapping({ LAMBDA_TASK_ROOT: code })).toEqual({ ...emptyMapping, ...mapping });
      expect(existsSync(join(code, 'index.cjs'))).toBe(true);
      expect(existsSync(join(code, 'index.cjs.map'))).toBe(false);
    }
  expect(existsSync(join(codeOf(directory, 'large', 'Hash'), 'mapping.json'))).toBe(false);
  expect(bundledMapping({ LAMBDA_TASK_ROOT: assets })).toEqual(emptyMapping);
});

it('a stack warns of settings that have moved to the mapping file', () => {
  const folder = temporaryFolder();
  const app = new App({
    outdir: join(folder, 'out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const settings = { ...exampleSettings(), fieldMap: { plan: 'Plan_Tier' } };
  const assets = standInAssets(join(folder, 'assets'));
  const stack = new MarketoDestinationStack(app, 'moved', { settings, assets });
  const said = stack.destination.node.metadata.map(({ data }) => String(data));
  expect(said).toContainEqual(expect.stringContaining('fieldMap has moved to the mapping file'));
});
