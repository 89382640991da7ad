import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePage } from '../operations/console/bundle.ts';

/** Writes the console's page, ready to be served, into this folder. */
export const buildPage = async (from: URL, into: string): Promise<void> => {
  await mkdir(into, { recursive: true });
  await Promise.all([
    copyFile(new URL('index.html', from), join(into, 'index.html')),
    bundlePage(new URL('main.ts', from)).then((code) => writeFile(join(into, 'main.js'), code)),
    bundlePage(new URL('page.css', from)).then((text) => writeFile(join(into, 'page.css'), text)),
  ]);
};
