#!/usr/bin/env bash
# @jitsu/js 1.11.0
# When the endpoint is in trouble (429, 503), the promise of track() is expected to reject, or the client to try
# again, as the other clients of this dialect do.
# It sends once and resolves. Only the function errorPolicy hears of it; the policy "rethrow" does not reject this
# promise but another that nobody holds, which ends a Node process.
# Seen: { at429: { ending: resolves, requests: 1 }, at503: the same }; errorPolicy called twice
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @jitsu/js@1.11.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { jitsuAnalytics } from '@jitsu/js';

let status = 200;
let requests = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  requests.push({ headers: request.headers, body: Buffer.concat(chunks) });
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const host = `http://127.0.0.1:${server.address().port}`;

const told = [];
const jitsu = jitsuAnalytics({
  host,
  writeKey: 'k:s',
  s2s: true,
  errorPolicy: () => told.push('told'),
});
const endingAt = async (answer) => {
  status = answer;
  requests = [];
  const ending = await jitsu.track('Paid', {}, { userId: 'u' }).then(
    () => 'resolves',
    () => 'rejects',
  );
  await new Promise((done) => setTimeout(done, 2_000));
  return { ending, requests: requests.length };
};
const seen = { at429: await endingAt(429), at503: await endingAt(503) };
server.close();
console.log(seen, told);
assert.deepEqual(seen.at429, { ending: 'resolves', requests: 1 });
assert.deepEqual(seen.at503, { ending: 'resolves', requests: 1 });
assert.equal(told.length, 2);
JS
node see.mjs
