#!/usr/bin/env bash
# @segment/analytics-node 3.1.0
# Its guard of 32 KB an event and 480 KB a batch is expected to count the bytes of the JSON.
# It counts percent escapes and the small letter i. Plain text without one goes at any size, and fifteen such
# events make a batch of 1.5 MB; text of 33,000 times that letter is refused.
# Seen: oneOf100Kb and fifteenOf100Kb: sent, the latter in one request over 500 KB; oneOf33KbOfI: refused
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/analytics-node@3.1.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Analytics } from '@segment/analytics-node';

let status = 200;
let bodies = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  bodies.push(Buffer.concat(chunks));
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const host = `http://127.0.0.1:${server.address().port}`;

const send = async (events, text) => {
  bodies = [];
  let refusals = 0;
  const analytics = new Analytics({ writeKey: 'k', host });
  analytics.on('error', () => (refusals += 1));
  for (let nth = 0; nth < events; nth += 1) {
    analytics.track({ userId: 'u', event: 'Read', properties: { text } });
  }
  await analytics.closeAndFlush();
  return {
    refusals,
    requests: bodies.length,
    over500Kb: bodies.some(({ length }) => length > 512_000),
  };
};
const oneOf100Kb = await send(1, 'x'.repeat(100_000));
const fifteenOf100Kb = await send(15, 'x'.repeat(100_000));
const oneOf33KbOfI = await send(1, 'i'.repeat(33_000));
server.close();
console.log({ oneOf100Kb, fifteenOf100Kb, oneOf33KbOfI });
assert.deepEqual(oneOf100Kb, { refusals: 0, requests: 1, over500Kb: false });
assert.deepEqual(fifteenOf100Kb, { refusals: 0, requests: 1, over500Kb: true });
assert.deepEqual(oneOf33KbOfI, { refusals: 1, requests: 0, over500Kb: false });
JS
node see.mjs
