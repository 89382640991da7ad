#!/usr/bin/env bash
# node-marketo-rest 0.7.8
# list.removeLeadsFromList and list.isMember take an array of lead ids, as list.addLeadsToList does, so each id is
# expected to reach Marketo. They join the ids with "&id=" and hand that to the query, which escapes it: Marketo gets
# one id, "1&id=2&id=3", that no lead has. An array of one id works, so a test with one lead passes.
# Seen: add: body with three ids; remove: the one id "1&id=2&id=3"; isMember: the one id "1&id=2"; remove of one: "1"
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts node-marketo-rest@0.7.8
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

process.env.NODE_MARKETO_LOG_LEVEL = 'fatal';
const { default: Marketo } = await import('node-marketo-rest');
let last;
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  const body = Buffer.concat(await request.toArray()).toString();
  const isToken = pathname.includes('/oauth/');
  if (!isToken) last = { method: request.method, ids: searchParams.getAll('id'), body };
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify(
      isToken
        ? { access_token: 't', token_type: 'bearer', expires_in: 3599 }
        : { requestId: 'r', success: true, result: [] },
    ),
  );
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
const { list } = new Marketo({
  endpoint: `${base}/rest`,
  identity: `${base}/identity`,
  clientId: 'c',
  clientSecret: 's',
});
const sentBy = async (call) => {
  await call;
  return last;
};
const add = await sentBy(list.addLeadsToList(1001, [1, 2, 3]));
const remove = await sentBy(list.removeLeadsFromList(1001, [1, 2, 3]));
const isMember = await sentBy(list.isMember(1001, [1, 2]));
const removeOne = await sentBy(list.removeLeadsFromList(1001, [1]));
server.close();
console.log({ add, remove, isMember, removeOne });
assert.deepEqual(JSON.parse(add.body), { input: [{ id: 1 }, { id: 2 }, { id: 3 }] });
assert.deepEqual([remove.method, remove.ids], ['DELETE', ['1&id=2&id=3']]);
assert.deepEqual(isMember.ids, ['1&id=2']);
assert.deepEqual(removeOne.ids, ['1']);
JS
node see.mjs
