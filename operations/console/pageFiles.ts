import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { PageFiles } from './page.ts';

const bundled = async (entry: URL): Promise<Buffer> => {
  // esbuild is loaded when the page is opened: most runs never do.
  const { bundlePage } = await import('./bundle.ts');
  return bundlePage(entry);
};

/**
 * The page's files in a folder. The package has them ready; a checkout bundles styles and program from
 * `page.css` and `main.ts` when they are asked for the first time.
 */
export const pageFilesIn = (folder: URL): PageFiles => {
  const ready = existsSync(new URL('main.js', folder));
  const asset = (source: string, built: string) => (): Promise<Buffer> =>
    ready ? readFile(new URL(built, folder)) : bundled(new URL(source, folder));
  return {
    html: () => readFile(new URL('index.html', folder)),
    styles: asset('page.css', 'page.css'),
    program: asset('main.ts', 'main.js'),
  };
};
