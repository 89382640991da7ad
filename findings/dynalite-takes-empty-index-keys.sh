#!/usr/bin/env bash
# dynalite 4.0.0, asked by @aws-sdk/client-dynamodb 3.1164.0
# The emulator refuses an empty key of a table, so it is expected to refuse an empty key of an index, as DynamoDB does,
# and to refuse a parameter that it does not know.
# It takes the empty key of an index, and ignores ReturnValuesOnConditionCheckFailure: the error has no Item.
# Seen: { emptyTableKey: ValidationException, emptyIndexKey: taken, lost: ConditionalCheckFailedException,
# itemOfTheLost: undefined }
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

const said = (answer) => (typeof answer === 'string' ? answer : answer.name);
const emptyTableKey = said(await put({ pk: { S: '' } }));
const emptyIndexKey = said(await put({ pk: { S: 'ada' }, cookie: { S: '' } }));
const lost = await put(
  { pk: { S: 'ada' } },
  {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
);
const seen = { emptyTableKey, emptyIndexKey, lost: lost.name, itemOfTheLost: lost.Item };
console.log(seen);
assert.deepEqual(seen, {
  emptyTableKey: 'ValidationException',
  emptyIndexKey: 'taken',
  lost: 'ConditionalCheckFailedException',
  itemOfTheLost: undefined,
});
process.exit();
JS
node see.mjs
