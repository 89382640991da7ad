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

const bundled = async (type: string, entry: URL): Promise<Reply> => {
  // esbuild is loaded when the page is opened: most runs never do.
  const { bundlePage } = await import('./bundle.ts');
  return file(type, await bundlePage(entry));
};

/**
 * The page's files by their paths: `index.html`, and the styles and the program, which are bundled
 * from `page.css` and `main.ts` when they are asked for the first time. Undefined where there is none of that path.
 */
export const createPage = (folder: URL): ((path: string) => Promise<Reply> | undefined) => {
  const html = once(async () => file('text/html', await readFile(new URL('index.html', folder))));
  const files = new Map([
    ['/console', html],
    ['/console/', html],
    ['/console/page.css', once(() => bundled('text/css', new URL('page.css', folder)))],
    ['/console/main.js', once(() => bundled('text/javascript', new URL('main.ts', folder)))],
  ]);
  return (path) => files.get(path)?.();
};
