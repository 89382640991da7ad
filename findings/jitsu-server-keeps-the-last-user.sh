#!/usr/bin/env bash
# @jitsu/js 1.11.0
# With s2s: true, the mode for servers, each call is expected to say by itself whom it is about, as in other clients
# for servers.
# The client keeps the last user as a browser does: the event of another visitor carries the user id and traits of
# whoever was identified before, and everybody who is identified shares one anonymousId. The user id even gets into
# the events of a new client in the same process.
# Seen: visitor: { anonymousId: another-visitor, userId: ada, traits: { email: ada@example.com } };
# adaAndGraceShareAnonymousId: true; userIdFromNewClient: grace
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
let bodies = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  bodies.push(Buffer.concat(chunks));
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const host = `http://127.0.0.1:${server.address().port}`;

const jitsu = jitsuAnalytics({ host, writeKey: 'k:s', s2s: true });
await jitsu.identify('ada', { email: 'ada@example.com' });
await jitsu.track('Signed Up', {}, { anonymousId: 'another-visitor' });
await jitsu.identify('grace', { email: 'grace@example.com' });
await jitsuAnalytics({ host, writeKey: 'k:s', s2s: true }).track('Signed Up');
server.close();
const [ada, visit, grace, ofNewClient] = bodies.map((body) => JSON.parse(body));
const seen = {
  visitor: { anonymousId: visit.anonymousId, userId: visit.userId, traits: visit.context.traits },
  adaAndGraceShareAnonymousId: ada.anonymousId === grace.anonymousId,
  userIdFromNewClient: ofNewClient.userId,
};
console.log(seen);
assert.deepEqual(seen, {
  visitor: { anonymousId: 'another-visitor', userId: 'ada', traits: { email: 'ada@example.com' } },
  adaAndGraceShareAnonymousId: true,
  userIdFromNewClient: 'grace',
});
JS
node see.mjs
