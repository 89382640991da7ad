#!/usr/bin/env bash
# @segment/facade 3.4.10 (with obj-case 0.2.1)
# Traits are found without regard to case, spaces and underscores; other characters are expected to tell two names apart.
# Everything that is no Latin letter or digit is left out of the comparison, letters of other scripts, too: the trait
# "рабочий email" (work e-mail) is the e-mail of the user, and of two such traits the first one counts.
# Seen: "e-mail", "$email!" and "рабочий email" are read as email; "work email" is not
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts @segment/facade@3.4.10 obj-case@0.2.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import facade from '@segment/facade';

const emailIn = (traits) => new facade.Identify({ userId: 'u', traits }).email();
const seen = ['e-mail', '$email!', 'рабочий email', 'work email'].map((name) => [
  name,
  emailIn({ [name]: 'ada@example.com' }),
]);
const both = emailIn({ 'рабочий email': 'work@example.com', email: 'home@example.com' });
console.log(seen, both);
assert.deepEqual(
  seen.map(([, email]) => email),
  ['ada@example.com', 'ada@example.com', 'ada@example.com', undefined],
);
assert.equal(both, 'work@example.com');
JS
node see.mjs
