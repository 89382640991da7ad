#!/usr/bin/env bash
# @aws-sdk/client-sqs 3.1169.0
# AWS_ENDPOINT_URL_SQS is expected to say where every call goes; a QueueUrl names the queue.
# For calls on a queue the host of the QueueUrl wins over the variable. Given as the option endpoint, the same address
# wins over the QueueUrl. (The client says so in a warning, if the console is read.)
# Seen: by variable: ListQueues to the endpoint, GetQueueAttributes to the host of the QueueUrl; by option: both to
# the endpoint
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @aws-sdk/client-sqs@3.1169.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';

let arrived = [];
const serve = async (name) => {
  const server = createServer((request, response) => {
    arrived.push(`${request.headers['x-amz-target']} at the ${name}`);
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
};
const endpoint = await serve('endpoint');
const queue = await serve('host of the QueueUrl');
const call = async (options) => {
  arrived = [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ region: 'eu-west-1', credentials, ...options });
  await client.send(new ListQueuesCommand({}));
  await client.send(
    new GetQueueAttributesCommand({ QueueUrl: `${queue.url}/000000000000/events` }),
  );
  client.destroy();
  return arrived;
};
process.env.AWS_ENDPOINT_URL_SQS = endpoint.url;
const byVariable = await call({});
const byOption = await call({ endpoint: endpoint.url });
endpoint.server.close();
queue.server.close();
console.log({ byVariable, byOption });
assert.deepEqual(byVariable, [
  'AmazonSQS.ListQueues at the endpoint',
  'AmazonSQS.GetQueueAttributes at the host of the QueueUrl',
]);
assert.deepEqual(byOption, [
  'AmazonSQS.ListQueues at the endpoint',
  'AmazonSQS.GetQueueAttributes at the endpoint',
]);
JS
node see.mjs
