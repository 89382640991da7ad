#!/usr/bin/env bash
# @segment/facade 3.4.10
# The library that Segment's integrations read events with finds every trait and option in any spelling, and All in
# any case, so an opt-out is expected to count in any spelling and as anything false.
# A destination's own key counts only as it is written, and only false is off: marketo: false, Marketo: null and
# Marketo: 0 leave it on. all: false switches everything off, and marketo: true does not bring it back.
# Seen: on: {}, marketo: false, Marketo: null, Marketo: 0; off: Marketo: false, all: false, all: false + marketo: true
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/facade@3.4.10
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import facade from '@segment/facade';

const seen = [
  {},
  { marketo: false },
  { Marketo: null },
  { Marketo: 0 },
  { Marketo: false },
  { all: false },
  { all: false, marketo: true },
  { all: false, Marketo: true },
].map((integrations) => {
  const identify = new facade.Identify({ userId: 'u', traits: {}, integrations });
  return [JSON.stringify(integrations), identify.enabled('Marketo')];
});
console.log(seen);
assert.deepEqual(
  seen.map(([, isOn]) => isOn),
  [true, true, true, true, false, false, false, true],
);
JS
node see.mjs
