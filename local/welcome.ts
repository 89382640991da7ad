import { localWriteKey } from './settings.ts';

/** What whoever starts a run, or opens its address, needs to know of it. */
export interface Welcome {
  /** Base URL of the HTTP API. */
  readonly base: string;
  readonly writeKey: string;
  /** The Munchkin id of the real Marketo that it talks to; absent: the simulated one. */
  readonly realMarketo?: string;
}

/** A key of the user's own is a secret: the shell that has it fills it in. */
const keyOf = ({ writeKey }: Welcome) =>
  writeKey === localWriteKey
    ? { shown: writeKey, inShell: `${writeKey}:` }
    : { shown: 'from WRITE_KEYS', inShell: '"${WRITE_KEYS%%,*}:"' };

/** An event to try, in lines that a terminal of 80 characters does not break. */
const curlOf = (welcome: Welcome): string => {
  const event = { userId: 'u-1', traits: { email: 'jane@example.com', city: 'Rome' } };
  return [
    `curl -u ${keyOf(welcome).inShell} -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(event)}' \\`,
    `  ${welcome.base}/v1/identify`,
  ].join('\n');
};

const placesOf = ({ realMarketo }: Welcome): readonly (readonly [path: string, is: string])[] => [
  ['/console', 'what became of each event, and why'],
  ['/demo', 'a page to click around in, with the script for browsers'],
  ...(realMarketo === undefined
    ? ([['/simulator/leads', 'the leads in the simulated Marketo']] as const)
    : []),
  ['/v1/openapi.json', 'the HTTP API, in OpenAPI 3.1'],
];

const marketoOf = ({ realMarketo }: Welcome): string =>
  realMarketo === undefined ? 'a simulated Marketo' : `the real Marketo ${realMarketo}`;

/** What a terminal shows when everything is up: lines of at most 80 characters. */
export const welcomeText = (welcome: Welcome): string =>
  [
    `Ready: ${welcome.base} sends to ${marketoOf(welcome)}.`,
    `Write key: ${keyOf(welcome).shown}`,
    '',
    'Send an event:',
    '',
    curlOf(welcome),
    '',
    'Then look at:',
    '',
    ...placesOf(welcome).flatMap(([path, is]) => [`${welcome.base}${path}`, `  ${is}`]),
    '',
    'What becomes of each person follows here. Ctrl-C stops everything.',
  ].join('\n');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The page at `/`; it loads nothing. */
export const welcomePage = (welcome: Welcome): Buffer => {
  const links = placesOf(welcome).map(
    ([path, is]) => `<li><a href="${path}">${path}</a>: ${escaped(is)}</li>`,
  );
  return Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>marketo-destination</title>
<h1>marketo-destination</h1>
<p>Everything is up. Events go to ${escaped(marketoOf(welcome))}. The write key is <code>${escaped(keyOf(welcome).shown)}</code>.</p>
<h2>Send an event</h2>
<pre>${escaped(curlOf(welcome))}</pre>
<h2>Then look at</h2>
<ul>
${links.join('\n')}
</ul>
</html>
`);
};

/** What that page may load: nothing. */
export const welcomePolicy =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
