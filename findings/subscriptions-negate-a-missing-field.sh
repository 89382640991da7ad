#!/usr/bin/env bash
# @segment/destination-subscriptions 3.37.0
# A negated condition is expected to hold for what lacks the field: it does not contain the text.
# != holds there, but !contains() and !match() do not. A trigger that keeps one plan out by !contains() keeps everybody
# without a plan out, too.
# Seen: missing: { notEqual: true, notContained: false, notMatched: false }; other plan: all true
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
const conditions = {
  notEqual: 'traits.plan != "free"',
  notContained: '!contains(traits.plan, "free")',
  notMatched: '!match(traits.plan, "free*")',
};
const forTraits = (traits) =>
  Object.fromEntries(
    Object.entries(conditions).map(([name, condition]) => [name, matches(condition, { traits })]),
  );
const seen = { missing: forTraits({}), otherPlan: forTraits({ plan: 'pro' }) };
console.log(seen);
assert.deepEqual(seen, {
  missing: { notEqual: true, notContained: false, notMatched: false },
  otherPlan: { notEqual: true, notContained: true, notMatched: true },
});
JS
node see.mjs
