import { createHash } from 'node:crypto';
import { browserScriptTiming } from './limits.ts';

/** The script under one of its addresses. */
interface BrowserFile {
  /** Path without a slash at its beginning. */
  readonly path: string;
  readonly cacheControl: string;
}

/** Where and how the script for browsers is served, by the stack and on one machine alike. */
interface BrowserFiles {
  /** Named after the content, so that it never changes; pages can pin it with `integrity`. */
  readonly versioned: BrowserFile;
  /** Brings a new version to every page within minutes. */
  readonly latest: BrowserFile;
  /** Of Subresource Integrity: what a script tag's `integrity` says of the versioned file. */
  readonly integrity: string;
  readonly contentType: string;
}

/** Folder and name of the script among the bundles, as `scripts/build.ts` leaves it. */
export const browserScriptPath = 'browser/marketo.js';

/** The addresses of this script. */
export const browserFiles = (script: Buffer): BrowserFiles => {
  const { versionedSeconds, latestSeconds } = browserScriptTiming;
  const version = createHash('sha256').update(script).digest('hex').slice(0, 16);
  return {
    versioned: {
      path: `v${version}/marketo.js`,
      cacheControl: `public, max-age=${versionedSeconds}, immutable`,
    },
    latest: { path: 'latest/marketo.js', cacheControl: `public, max-age=${latestSeconds}` },
    integrity: `sha384-${createHash('sha384').update(script).digest('base64')}`,
    contentType: 'text/javascript; charset=utf-8',
  };
};
