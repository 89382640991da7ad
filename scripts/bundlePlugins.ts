import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Code that only some runs need: it is loaded by `import()`, from a file beside the bundle. */
export interface OnDemand {
  readonly entryPoint: string;
  /** Name of its file. */
  readonly name: string;
}

/** How the bundle names the file. */
const pathOf = ({ name }: OnDemand): string => `./${name}.cjs`;

/** Leaves these parts out of a bundle: whoever does not need one does not parse it either. */
export const besideBundle = (parts: readonly OnDemand[]): Plugin => ({
  name: 'beside-bundle',
  setup: (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = join(resolveDir, path).replaceAll('\\', '/');
      const part = parts.find(({ entryPoint }) => file.endsWith(`/${entryPoint}`));
      return part && { path: pathOf(part), external: true };
    });
  },
});

/** Whether these imports of a bundle, as the metafile lists them, load the code from beside it. */
export const loads = (part: OnDemand, imports: readonly { readonly path: string }[]): boolean =>
  imports.some(({ path }) => path === pathOf(part));

/**
 * Lambda hands each function its credentials in the environment. The SDK would go on to profiles,
 * single sign-on, containers and instances, whose clients are a quarter of a bundle.
 */
export const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]/ }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
    }));
  },
};
