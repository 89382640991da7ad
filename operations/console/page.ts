import { readFile } from 'node:fs/promises';
import { OperationsError } from '../error.ts';
import type { Reply } from './reply.ts';

/** The page takes nothing from elsewhere and sends nothing there. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ');

const file = (type: string, body: Buffer): Reply => ({
  status: 200,
  headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy },
  body,
});

/** What is made once; a failure is not kept. */
const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      const { message } = error as Error;
      throw new OperationsError('unusable', `the page cannot be made: ${message}`, {
        cause: error,
      });
    }));
};

const bundled = async (folder: URL): Promise<Reply> => {
  // esbuild is loaded when the page is opened: most runs never do.
  const { bundlePage } = await import('./bundle.ts');
  return file('text/javascript', await bundlePage(new URL('main.ts', folder)));
};

/**
 * The page's files by their paths: `index.html`, `page.css` and the program, which is bundled from
 * `main.ts` when it is asked for the first time. Undefined where there is none of that path.
 */
export const createPage = (folder: URL): ((path: string) => Promise<Reply> | undefined) => {
  const read = (name: string, type: string) =>
    once(async () => file(type, await readFile(new URL(name, folder))));
  const html = read('index.html', 'text/html');
  const files = new Map([
    ['/console', html],
    ['/console/', html],
    ['/console/page.css', read('page.css', 'text/css')],
    ['/console/main.js', once(() => bundled(folder))],
  ]);
  return (path) => files.get(path)?.();
};
