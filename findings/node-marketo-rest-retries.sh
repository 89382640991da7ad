#!/usr/bin/env bash
# node-marketo-rest 0.7.8
# A client that repeats a call after "too many calls in 20 seconds" (606) is expected to do so after its twins:
# "too many calls at once" (615), the gateway's 502 and HTTP 429. And maxRetries: 0 is expected to repeat nothing.
# Of the codes of throttling it repeats 606 alone, and a maxRetries of 0 counts as not given: five retries.
# Seen: calls with maxRetries: 2: 606: 3, 615: 1, 502: 1, HTTP 429: 1, HTTP 503: 3; maxRetries 1: 2, 0: 6
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
const callsFor = async (answer, options) => {
  answers.lead = () => answer;
  return (await update(options)).leadCalls;
};
const seen = {
  '606 (calls in 20 s)': await callsFor(refused('606')),
  '615 (calls at once)': await callsFor(refused('615')),
  '502 (gateway)': await callsFor(refused('502')),
  'HTTP 429': await callsFor({ status: 429, body: {} }),
  'HTTP 503': await callsFor({ status: 503, body: {} }),
  '608, maxRetries: 1': await callsFor(refused('608'), { retry: { ...retry, maxRetries: 1 } }),
  '608, maxRetries: 0': await callsFor(refused('608'), { retry: { ...retry, maxRetries: 0 } }),
};
server.close();
console.log(seen);
assert.deepEqual(Object.values(seen), [3, 1, 1, 1, 3, 2, 6]);
JS
node see.mjs
