#!/usr/bin/env bash
# @segment/analytics-node 3.1.0
# closeAndFlush() is expected to resolve when all is delivered, and to reject, or to tell, when its time is up.
# It resolves all the same while an event that was answered with 503 waits for its next try. Neither the callback
# nor the error event says a word, and who ends the process then loses the event.
# Seen: { ending: "resolves with undefined", heard: [], requests: 1 }, with the endpoint at 503
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

status = 503;
const heard = [];
const analytics = new Analytics({ writeKey: 'k', host });
analytics.on('error', () => heard.push('error'));
analytics.track({ userId: 'u', event: 'Paid' }, () => heard.push('callback'));
const ending = await analytics.closeAndFlush({ timeout: 500 }).then(
  (value) => `resolves with ${value}`,
  () => 'rejects',
);
const seen = { ending, heard, requests: bodies.length };
console.log(seen);
assert.deepEqual(seen, { ending: 'resolves with undefined', heard: [], requests: 1 });
process.exit();
JS
node see.mjs
