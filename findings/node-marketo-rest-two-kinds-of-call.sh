#!/usr/bin/env bash
# node-marketo-rest 0.7.8
# The options timeout and retry are expected to hold for the calls and for the token alike.
# timeout holds for the token only: a call of 600 ms ends well under a timeout of 200. A 503 is repeated for a call
# but not for the token, where it ends everything as a failed authentication without a reason.
# Seen: slowLead: updated; tokenOutage: "Authentication (undefined): undefined" after one request;
# leadOutage: updated after two
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
const answers = {};
let calls = [];
const server = createServer((request, response) => {
  const what = request.url.includes('/oauth/') ? 'token' : 'lead';
  request.resume().on('end', () => {
    calls.push(what);
    const {
      status = 200,
      afterMs = 0,
      body,
    } = answers[what](calls.filter((call) => call === what).length);
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }, afterMs);
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
const token = () => ({ body: { access_token: 't', token_type: 'bearer', expires_in: 3599 } });
const updated = { body: { success: true, result: [{ id: 7, status: 'updated' }] } };
const refused = (code) => ({
  body: { requestId: 'r', success: false, errors: [{ code, message: 'refused' }] },
});
const retry = { initialDelay: 5, maxDelay: 10, maxRetries: 2 };
/** How the call ended, and the requests that it took. */
const update = async (options = {}) => {
  calls = [];
  const marketo = new Marketo({
    endpoint: `${base}/rest`,
    identity: `${base}/identity`,
    clientId: 'c',
    clientSecret: 's',
    retry,
    ...options,
  });
  const ending = await marketo.lead.createOrUpdate([{ email: 'ada@example.com' }]).then(
    () => 'updated',
    (error) => error.message,
  );
  return {
    ending,
    leadCalls: calls.filter((call) => call === 'lead').length,
    tokenCalls: calls.filter((call) => call === 'token').length,
  };
};

answers.token = token;
answers.lead = () => ({ ...updated, afterMs: 600 });
const slowLead = await update({ timeout: 200 });
answers.lead = () => updated;
answers.token = (nth) => (nth === 1 ? { status: 503, body: { message: 'try later' } } : token());
const tokenOutage = await update();
answers.token = token;
answers.lead = (nth) => (nth === 1 ? { status: 503, body: { message: 'try later' } } : updated);
const leadOutage = await update();
server.close();
console.log({ slowLead, tokenOutage, leadOutage });
assert.deepEqual(slowLead, { ending: 'updated', leadCalls: 1, tokenCalls: 1 });
assert.deepEqual(tokenOutage, {
  ending: 'Authentication (undefined): undefined',
  leadCalls: 0,
  tokenCalls: 1,
});
assert.deepEqual(leadOutage, { ending: 'updated', leadCalls: 2, tokenCalls: 1 });
JS
node see.mjs
