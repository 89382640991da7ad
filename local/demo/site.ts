import { readFileSync } from 'node:fs';
import { browserFiles } from '../../lib/browserFiles.ts';
import { bundlePage } from '../../operations/console/bundle.ts';
import type { HttpAnswer } from '../http/answer.ts';
import { welcomePage, welcomePolicy, type Welcome } from '../welcome.ts';
import { demoPage, demoPolicy, type DemoRun } from './page.ts';

/** A request for a file of the site. */
interface SiteRequest {
  readonly path: string;
  /** `Host` of the request. */
  readonly host: string;
}

/** Answers GET for the files beside the HTTP API; undefined where there is none of that path. */
export type Site = (request: SiteRequest) => Promise<HttpAnswer> | undefined;

const css = readFileSync(new URL('client/page.css', import.meta.url));
const entry = new URL('client/main.ts', import.meta.url);
const demoPaths = ['/demo', '/demo/', '/demo/pricing', '/demo/docs'];

const file = (body: Buffer, type: string, more: Record<string, string> = {}): HttpAnswer => ({
  status: 200,
  headers: {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...more,
  },
  body,
});

/** The script for browsers, under the stack's paths and with the headers that CloudFront sends. */
const scriptFiles = (script: Buffer): readonly (readonly [path: string, answer: HttpAnswer])[] => {
  const { versioned, latest, contentType } = browserFiles(script);
  return [versioned, latest].map(({ path, cacheControl }) => [
    `/browser/${path}`,
    file(script, contentType, {
      'cache-control': cacheControl,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    }),
  ]);
};

/**
 * The ways to go on under `/`, the script for browsers under `/browser/…`, and the demo page under `/demo`, whose program is
 * bundled when it is asked for the first time.
 */
export const createSite = (run: DemoRun, home: Welcome): Site => {
  const fixed = new Map([
    ...scriptFiles(run.script),
    [
      '/',
      file(welcomePage(home), 'text/html; charset=utf-8', {
        'content-security-policy': welcomePolicy,
      }),
    ],
    ['/demo/page.css', file(css, 'text/css; charset=utf-8')],
  ]);
  let program: Promise<Buffer> | undefined;
  return ({ path, host }) => {
    if (demoPaths.includes(path)) {
      const page = demoPage(run, `http://${host}`);
      const policy = { 'content-security-policy': demoPolicy(run) };
      return Promise.resolve(file(page, 'text/html; charset=utf-8', policy));
    }
    if (path === '/demo/main.js') {
      program ??= bundlePage(entry);
      return program.then(
        (code) => file(code, 'text/javascript; charset=utf-8'),
        (error: unknown) => {
          program = undefined;
          const { message } = error as Error;
          return { ...file(Buffer.from(message), 'text/plain; charset=utf-8'), status: 500 };
        },
      );
    }
    const found = fixed.get(path);
    return found && Promise.resolve(found);
  };
};
