#!/usr/bin/env bash
# @segment/actions-core 3.170.0 (with liquidjs 10.30.1, which it needs but does not ask for)
# In a mapping of Segment's destinations, a directive on a trait that is missing is expected to give nothing, so that
# the field stays as it is, and a fallback to hold.
# @replace makes a missing trait, and null, an empty text, where @case gives nothing; @merge lets a missing trait of the
# later object erase the default of the earlier; the else of an @if is left out when it is false, its then is not.
# Seen: { replaced: "", nullReplaced: "", thenFalse: false }; cased, merged.plan and elseFalse are missing
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/actions-core@3.170.0 liquidjs@10.30.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { transform } = createRequire(import.meta.url)('@segment/actions-core');
const missing = { '@path': '$.traits.missing' };
const seen = transform(
  {
    replaced: { '@replace': { pattern: '-', replacement: '', value: missing } },
    nullReplaced: {
      '@replace': { pattern: '-', replacement: '', value: { '@path': '$.traits.empty' } },
    },
    cased: { '@case': { operator: 'lower', value: missing } },
    merged: { '@merge': { direction: 'right', objects: [{ plan: 'free' }, { plan: missing }] } },
    elseFalse: { '@if': { exists: missing, then: true, else: false } },
    thenFalse: { '@if': { exists: { '@path': '$.userId' }, then: false, else: true } },
  },
  { userId: 'u', traits: { empty: null } },
);
console.log(seen);
assert.deepEqual(seen, { replaced: '', nullReplaced: '', merged: {}, thenFalse: false });
JS
node see.mjs
