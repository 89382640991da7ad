#!/usr/bin/env bash
# marketo-rest-api 0.2.0
# The callback is expected to say success when Marketo associated the cookie.
# The answer is read as an object where it is text, so that every success is reported as a failure. Its syncLead
# reads the same answer right. (Both put the access token into the address, which Adobe takes away in 2026.)
# Seen: associate: false, "Marketo Associate Lead API failed."; sync: true; Marketo said success to both
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts marketo-rest-api@0.2.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import marketo from 'marketo-rest-api';

const success = { requestId: 'r', success: true, result: [{ id: 7, status: 'updated' }] };
const server = createServer((request, response) => {
  const isToken = request.url.startsWith('/identity/');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isToken ? { access_token: 't', expires_in: 3599 } : success));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const restEndpoint = `http://127.0.0.1:${server.address().port}/`;
const calling = (call, ...args) => new Promise((done) => call(...args, done));
await calling(marketo.init, {
  clientId: 'c',
  clientSecret: 's',
  restEndpoint,
  lists: {},
  campaigns: {},
});
const associated = await calling(
  marketo.associateLeadWithCookie,
  7,
  'id:AAA-BBB-CCC&token:_mch-example.com-1374552656411-90718',
);
const synced = await calling(marketo.syncLead, {
  process: 'update',
  input: { email: 'ada@example.com' },
});
server.close();
const seen = { associate: [associated.success, associated.message], sync: synced.success };
console.log(seen, 'Marketo said', associated.body);
assert.deepEqual(JSON.parse(associated.body), success);
assert.deepEqual(seen, { associate: [false, 'Marketo Associate Lead API failed.'], sync: true });
JS
node see.mjs
