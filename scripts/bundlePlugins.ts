import { readFileSync } from 'node:fs';
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

/** What the SDK brings for operations that answer by streams of events, of which we call none, and its own package.json. */
export const withoutUnusedOfSdk: Plugin = {
  name: 'without-unused-of-sdk',
  setup: (build) => {
    const streams =
      /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/;
    build.onLoad({ filter: streams }, () => ({ contents: 'export {};' }));
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const mappingFolder = /[\\/]lambdas[\\/]marketo[\\/]mapping[\\/]/;

/**
 * Functions read a mapping that was checked when it was deployed: nothing makes the schemas that check it, and
 * the schema library is not loaded for them.
 */
export const withoutMappingSchemas: Plugin = {
  name: 'without-mapping-schemas',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]marketo[\\/]mapping[\\/]described\.ts$/ }, () => ({
      contents: 'export function forChecking() {}\nexport function describe() {}',
    }));
    // Where `forChecking` is empty, esbuild drops its calls, and nothing is left that uses the library.
    build.onResolve({ filter: /^zod\/mini$/ }, ({ importer, path }) =>
      mappingFolder.test(importer) ? { path, namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {};' }));
  },
};

/**
 * What the soap package can sign and encrypt, the login of Windows domains, and types of files for forms: this
 * client signs by a header of its own and sends no form. It is half of the SOAP client's code.
 */
const unusedOfSoap = ['axios-ntlm', 'xml-crypto', 'xpath', '@xmldom/xmldom', 'mime-types'];

/** Leaves packages out of a bundle that it imports and never calls. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup: (build) => {
    const filter = new RegExp(`^(?:${unusedOfSoap.join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};
