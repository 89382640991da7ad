#!/usr/bin/env bash
# @customerio/cdp-analytics-node 0.5.9 beside @segment/analytics-node 3.1.0, from which it descends
# A wrong write key (401) is expected to end a batch at once, as it does in the client that this one was made from.
# It is sent again as if the endpoint were down: with maxRetries: 2, three requests.
# Seen: { segment: 1, customerIo: 3 }
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @customerio/cdp-analytics-node@0.5.9 @segment/analytics-node@3.1.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Analytics as CustomerIo } from '@customerio/cdp-analytics-node';
import { Analytics as Segment } from '@segment/analytics-node';

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

const requestsAt401 = async (Analytics) => {
  status = 401;
  requests = [];
  const analytics = new Analytics({ writeKey: 'wrong', host, maxRetries: 2 });
  analytics.on('error', () => {});
  analytics.track({ userId: 'u', event: 'Paid' });
  await analytics.closeAndFlush({ timeout: 10_000 });
  return requests.length;
};
const seen = { segment: await requestsAt401(Segment), customerIo: await requestsAt401(CustomerIo) };
server.close();
console.log(seen);
assert.deepEqual(seen, { segment: 1, customerIo: 3 });
JS
node see.mjs
