import { existsSync } from 'node:fs';
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
 * The page's files by their paths: `index.html`, the styles and the program. The package has them ready;
 * a checkout bundles the last two from `page.css` and `main.ts` when they are asked for the first time.
 * Undefined where there is none of that path.
 */
export const createPage = (folder: URL): ((path: string) => Promise<Reply> | undefined) => {
  const html = once(async () => file('text/html', await readFile(new URL('index.html', folder))));
  const ready = existsSync(new URL('main.js', folder));
  const asset = (type: string, source: string, built: string) =>
    once(async () =>
      ready
        ? file(type, await readFile(new URL(built, folder)))
        : bundled(type, new URL(source, folder)),
    );
  const files = new Map([
    ['/console', html],
    ['/console/', html],
    ['/console/page.css', asset('text/css', 'page.css', 'page.css')],
    ['/console/main.js', asset('text/javascript', 'main.ts', 'main.js')],
  ]);
  return (path) => files.get(path)?.();
};
