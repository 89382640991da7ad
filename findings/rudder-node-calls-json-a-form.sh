#!/usr/bin/env bash
# @rudderstack/rudder-sdk-node 3.0.13
# JSON is expected to be sent as application/json, compressed or not.
# As it comes, the client compresses and calls the JSON application/x-www-form-urlencoded; with gzip: false it says
# application/json. A server that parses by Content-Type finds no event.
# Seen: { asItComes: form-urlencoded, gzip, 1 event; withoutGzip: application/json, 1 event }
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @rudderstack/rudder-sdk-node@3.0.13
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import Rudder from '@rudderstack/rudder-sdk-node';

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

const send = async (options) => {
  requests = [];
  const rudder = new Rudder('k', { dataPlaneUrl: host, flushAt: 1, ...options });
  await new Promise((done) => rudder.track({ userId: 'u', event: 'Paid' }, done));
  const [{ headers, body }] = requests;
  const zipped = headers['content-encoding'] === 'gzip';
  const { batch } = JSON.parse(zipped ? gunzipSync(body) : body);
  return { type: headers['content-type'], zipped, events: batch.length };
};
const asItComes = await send({});
const withoutGzip = await send({ gzip: false });
server.close();
console.log({ asItComes, withoutGzip });
assert.deepEqual(asItComes, { type: 'application/x-www-form-urlencoded', zipped: true, events: 1 });
assert.deepEqual(withoutGzip, { type: 'application/json', zipped: false, events: 1 });
process.exit();
JS
node see.mjs
