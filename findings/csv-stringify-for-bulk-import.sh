#!/usr/bin/env bash
# csv-stringify 6.9.0
# For a file of Marketo's bulk import, false is expected to be written as false and a Date as a date.
# false is written as nothing, exactly like null, and true as 1; a Date is written as its milliseconds since 1970. The
# columns are those of the first record: what only a later one has is left out without a word.
# Seen: ada@example.com,,1,,1273190400000 and no column for phone, which the second record has
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts csv-stringify@6.9.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { stringify } from 'csv-stringify/sync';

const leads = [
  {
    email: 'ada@example.com',
    unsubscribed: false,
    optIn: true,
    title: null,
    born: new Date('2010-05-07'),
  },
  { email: 'grace@example.com', unsubscribed: true, optIn: false, title: '', phone: '1' },
];
const lines = stringify(leads, { header: true }).trim().split('\n');
console.log(lines);
assert.deepEqual(lines, [
  'email,unsubscribed,optIn,title,born',
  'ada@example.com,,1,,1273190400000',
  'grace@example.com,1,,,',
]);
JS
node see.mjs
