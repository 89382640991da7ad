#!/usr/bin/env bash
# @segment/destination-subscriptions 3.37.0
# In the condition that decides which events reach a destination, "and" is expected to bind before "or", as in SQL, or
# at least to be read from left to right.
# Without brackets the last of the words holds for all parts: "a or b and c" needs a, b and c, and "a and b or c" is
# content with any of the three. A trigger for all tracks and the pages of one name gets no event, or every page.
# Seen: orAnd: false for the track that its first part names; andOr: true for a page of another name
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/destination-subscriptions@3.37.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { parseFql, validate } = createRequire(import.meta.url)('@segment/destination-subscriptions');
const matches = (condition, event) => validate(parseFql(condition), event);
const paid = { type: 'track', event: 'Paid' };
const home = { type: 'page', name: 'Home' };
const seen = {
  orAnd: matches('type = "track" or type = "page" and name = "Prices"', paid),
  orAndBracketed: matches('type = "track" or (type = "page" and name = "Prices")', paid),
  andOr: matches('type = "page" and name = "Prices" or type = "track"', home),
  andOrBracketed: matches('(type = "page" and name = "Prices") or type = "track"', home),
};
console.log(seen);
assert.deepEqual(seen, {
  orAnd: false,
  orAndBracketed: true,
  andOr: true,
  andOrBracketed: false,
});
JS
node see.mjs
