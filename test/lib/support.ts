import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { readSettings, type Settings } from '../../lambdas/settings.ts';
import { browserScriptPath } from '../../lib/browserFiles.ts';
import { synthesize } from '../../lib/synthesize.ts';

/** A folder that is gone after the test file. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'marketo-destination-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
};

/** What stands in for the script for browsers. */
export const standInScript = 'window.marketoDestination = {};\n';

/** Stand-ins for the bundles: the template does not depend on what is in them. */
export const standInAssets = (folder: string): string => {
  for (const name of ['ingest', 'absorb', 'sync', 'hash', 'console']) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.cjs'), `exports.name = '${name}';\n`);
    writeFileSync(join(folder, name, 'index.cjs.map'), '{}\n');
  }
  const script = join(folder, browserScriptPath);
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, standInScript);
  return folder;
};

export const exampleSettings = (env: Record<string, string> = {}): Settings =>
  readSettings({ file: 'settings.example.json', env });

interface Resource {
  readonly Type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- CloudFormation JSON; each assertion names its path
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** The template of these settings, with stand-in bundles and without the slow checks. */
export const templateOf = (settings: Settings): Template => {
  const folder = temporaryFolder();
  const { template } = synthesize({
    settings,
    outDir: join(folder, 'out'),
    assets: standInAssets(join(folder, 'assets')),
    checks: false,
  });
  return JSON.parse(readFileSync(template, 'utf8')) as Template;
};

/** Logical ids and resources of one type. */
export const ofType = (template: Template, type: string): readonly [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The one resource of this type whose logical id begins so. */
export const only = (template: Template, type: string, start = ''): Resource & { id: string } => {
  const [found, ...more] = ofType(template, type).filter(([id]) => id.startsWith(start));
  if (found === undefined || more.length > 0) throw new Error(`not exactly one ${type} ${start}`);
  return { id: found[0], ...found[1] };
};
