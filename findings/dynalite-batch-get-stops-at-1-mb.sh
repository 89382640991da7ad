#!/usr/bin/env bash
# dynalite 4.0.0, asked by @aws-sdk/client-dynamodb 3.1164.0
# A BatchGetItem of 20 items of 100 KB, 2 MB in all, is expected to be answered whole: DynamoDB's documents allow
# 16 MB for each. (Amazon's own DynamoDB Local answers it whole.)
# It stops at 1 MB, the limit of Query and Scan, and leaves the rest in UnprocessedKeys.
# Seen: { answered: 14, unprocessed: 6 }
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1164.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import dynalite from 'dynalite';
import * as aws from '@aws-sdk/client-dynamodb';

const server = dynalite({ createTableMs: 0 });
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const client = new aws.DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const TableName = 'leads';
await client.send(
  new aws.CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'cookie', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCookie',
        KeySchema: [{ AttributeName: 'cookie', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  }),
);
await aws.waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
const put = (item, options = {}) =>
  client.send(new aws.PutItemCommand({ TableName, Item: item, ...options })).then(
    () => 'taken',
    (error) => error,
  );

const keys = Array.from({ length: 20 }, (_, nth) => ({ pk: { S: `lead-${nth}` } }));
for (const key of keys) await put({ ...key, mailbox: { S: 'x'.repeat(100_000) } });
const { Responses, UnprocessedKeys } = await client.send(
  new aws.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } }),
);
const seen = {
  answered: Responses[TableName].length,
  unprocessed: UnprocessedKeys[TableName]?.Keys.length ?? 0,
};
console.log(seen);
assert.deepEqual(seen, { answered: 14, unprocessed: 6 });
process.exit();
JS
node see.mjs
