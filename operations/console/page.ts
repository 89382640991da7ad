import { OperationsError } from '../error.ts';
import type { Reply } from './reply.ts';

/** The page's files. */
export interface PageFiles {
  readonly html: () => Promise<Buffer>;
  readonly styles: () => Promise<Buffer>;
  readonly program: () => Promise<Buffer>;
}

/** Where users sign in. */
interface SignIn {
  /** Of Cognito's pages, like `https://example.auth.eu-west-1.amazoncognito.com`. */
  readonly origin: string;
  readonly clientId: string;
}

export type Page = (path: string) => Promise<Reply> | undefined;

/** The page takes nothing from elsewhere, and sends nothing there but what the sign-in needs. */
const policyWith = (signIn: SignIn | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${signIn === undefined ? '' : ` ${signIn.origin}`}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');

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

const attribute = (value: object): string =>
  JSON.stringify(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;');

const withSignIn = (html: Buffer, signIn: SignIn | undefined): Buffer => {
  if (signIn === undefined) return html;
  const meta = `<meta name="sign-in" content="${attribute(signIn)}" />`;
  return Buffer.from(html.toString('utf8').replace('</head>', `${meta}</head>`));
};

/** How long the page's files are kept on the way: what has none of the destination's data. */
const cached = { 'cache-control': 'public, max-age=300' } as const;

/**
 * The page's files by their paths. With a sign-in the page says where that is, and its files may be
 * kept on the way. Undefined where there is none of that path.
 */
export const createPage = (files: PageFiles, signIn?: SignIn): Page => {
  const policy = policyWith(signIn);
  const reply = (type: string, body: Buffer): Reply => ({
    status: 200,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': policy,
      ...(signIn && cached),
    },
    body,
  });
  const html = once(async () => reply('text/html', withSignIn(await files.html(), signIn)));
  const styles = once(async () => reply('text/css', await files.styles()));
  const program = once(async () => reply('text/javascript', await files.program()));
  const all = new Map([
    ['/console', html],
    ['/console/', html],
    ['/console/page.css', styles],
    ['/console/main.js', program],
  ]);
  return (path) => all.get(path)?.();
};
