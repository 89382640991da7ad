import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folder below node_modules that a bundled file comes from, or undefined where it is ours. */
const packageOf = (input: string): string | undefined =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

const licenseOf = (folder: string): string => {
  const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
};

/**
 * Names, licenses and license texts of the packages that bundles contain: their licenses ask for it.
 * @param inputs paths of the bundled files, as esbuild's metafile has them, from the folder `root`
 */
export const noticesOf = (root: string, inputs: Iterable<string>): string => {
  const folders = [...new Set([...inputs].flatMap((input) => packageOf(input) ?? []))].sort();
  const parts = folders.map((folder) => {
    const path = join(root, folder);
    const {
      name,
      version,
      license = 'see below',
    } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
    return [`${name} ${version} (${license})`, licenseOf(path)].filter(Boolean).join('\n\n');
  });
  const line = `\n\n${'-'.repeat(78)}\n\n`;
  return `The bundles of this package contain:${line}${parts.join(line)}\n`;
};
