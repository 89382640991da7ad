#!/usr/bin/env bash
# @segment/facade 3.4.10 (with @segment/isodate-traverse 1.1.1, new-date 1.0.3)
# A trait that looks like a date but names no day (31 February, a month 13) is expected to stay text.
# It becomes another day: the digits that are too many are carried over into the next month or year.
# Seen: 2010-02-31: 2010-03-03; 2010-13-45: 2011-02-14; "2010-02" and "20100231" stay text
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/facade@3.4.10 @segment/isodate-traverse@1.1.1 new-date@1.0.3
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import facade from '@segment/facade';

const seen = ['2010-02-31', '2010-13-45', '2010-02', '20100231'].map((born) => {
  const trait = new facade.Identify({ userId: 'u', traits: { born } }).traits().born;
  return trait instanceof Date ? trait.toISOString() : trait;
});
console.log(seen);
assert.deepEqual(seen, [
  '2010-03-03T00:00:00.000Z',
  '2011-02-14T00:00:00.000Z',
  '2010-02',
  '20100231',
]);
JS
node see.mjs
