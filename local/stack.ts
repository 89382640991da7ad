import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../lambdas/settings.ts';
import { browserScriptPath } from '../lib/browserFiles.ts';
import { build } from '../scripts/build.ts';
import type { Template } from './template.ts';

interface LocalStack {
  readonly template: Template;
  /** Path of `<Stack>.assets.json`. */
  readonly assets: string;
  /** The script for browsers. */
  readonly browserScript: Buffer;
  remove(): Promise<void>;
}

interface StackOptions {
  /** Folder of ready bundles, as `scripts/build.ts` leaves it; absent: made anew. */
  readonly bundles?: string | undefined;
  /** Where it goes; what is there is removed. Absent: a temporary folder. */
  readonly into?: string | undefined;
}

/** Bundles the functions and synthesizes the stack, as a deployment does. */
export const makeStack = async (
  settings: Settings,
  { bundles, into }: StackOptions,
): Promise<LocalStack> => {
  const folder = into ?? (await mkdtemp(join(tmpdir(), 'marketo-destination-')));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    if (into !== undefined) await remove();
    const assetsFrom = bundles ?? join(folder, 'bundles');
    // CDK takes a second to load; meanwhile the bundler, another process, works.
    const [{ synthesize }] = await Promise.all([
      import('../lib/synthesize.ts'),
      bundles === undefined && build(assetsFrom),
    ]);
    const { template, assets } = synthesize({
      // The run serves the console itself, without a sign-in.
      settings: { ...settings, console: { ...settings.console, serve: false } },
      assets: assetsFrom,
      outDir: join(folder, 'cloud'),
      // A deployment's rules of security; the test suite and `cdk synth` hold them.
      checks: false,
    });
    return {
      template: JSON.parse(readFileSync(template, 'utf8')) as Template,
      assets,
      browserScript: readFileSync(join(assetsFrom, browserScriptPath)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
