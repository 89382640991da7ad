import { readFileSync } from 'node:fs';
import { browserFiles } from '../../lib/browserFiles.ts';

/** What the demo page knows of the run that serves it. */
export interface DemoRun {
  readonly munchkinId: string;
  readonly writeKey: string;
  /** The script for browsers. */
  readonly script: Buffer;
  /** Base URL of the simulated Marketo; absent with a real one. */
  readonly simulatorUrl?: string;
}

const page = readFileSync(new URL('client/page.html', import.meta.url), 'utf8');
const scriptMark = '<!-- script -->';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const attributes = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${escaped(value)}"`]))
    .join(' ');

/** Whom the page may load from and send to: its own origin and Marketo. */
export const demoPolicy = ({ simulatorUrl, munchkinId }: DemoRun): string => {
  const munchkin = simulatorUrl ?? 'https://munchkin.marketo.net';
  const visits = simulatorUrl ?? `https://${munchkinId}.mktoresp.com`;
  return [
    "default-src 'none'",
    `script-src 'self' ${munchkin}`,
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${visits}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
};

/**
 * The demo page, with the script tag of the documentation in it. `base` is the address that the
 * visitor sees the run under, where his identifies go.
 */
export const demoPage = (run: DemoRun, base: string): Buffer => {
  const { munchkinId, writeKey, script, simulatorUrl } = run;
  const { versioned, integrity } = browserFiles(script);
  const tag = attributes({
    src: `/browser/${versioned.path}`,
    integrity,
    crossorigin: 'anonymous',
    'data-munchkin-id': munchkinId,
    'data-munchkin-url': simulatorUrl && `${simulatorUrl}/munchkin.js`,
    'data-endpoint': base,
    'data-write-key': writeKey,
  });
  const body = attributes({
    'data-marketo': simulatorUrl === undefined ? 'real' : 'simulated',
    'data-munchkin-id': munchkinId,
  });
  return Buffer.from(
    page
      .replace(scriptMark, () => `<script ${tag} defer></script>`)
      .replace('<body>', () => `<body ${body}>`),
  );
};
