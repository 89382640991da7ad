#!/usr/bin/env bash
# aws-cdk 3.0.0 and 2.1148.1 with aws-cdk-lib 2.276.0
# Of two versions of a command line the higher one is expected to be the newer.
# 3.0.0 cannot read what this library synthesizes, and advises to upgrade the command line to the latest version, which
# is the lower one: the registry tags 2.1148.1 as latest.
# Seen: 3.0.0 synth: exit 1, "This CDK CLI is not compatible with the CDK library"; 2.1148.1 synth: exit 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 old@npm:aws-cdk@2.1148.1 high@npm:aws-cdk@3.0.0
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

writeFileSync(
  'app.cjs',
  `const { App, CfnOutput, Stack } = require('aws-cdk-lib');
   const app = new App();
   new CfnOutput(new Stack(app, 'Leads'), 'Name', { value: 'leads' });
   new (require('aws-cdk-lib/aws-sqs').Queue)(app.node.children[0], 'Events');`,
);
const synth = (name) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [`node_modules/${name}/bin/cdk`, 'synth', '--quiet', '--app', 'node app.cjs', '--no-notices'],
    { encoding: 'utf8', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: '1' } },
  );
  return { status, refusal: /This CDK CLI is not compatible[^.]*/.exec(stderr)?.[0] };
};
const seen = { '3.0.0': synth('high'), '2.1148.1': synth('old') };
console.log(seen);
assert.equal(seen['3.0.0'].status, 1);
assert.match(seen['3.0.0'].refusal, /not compatible with the CDK library/);
assert.deepEqual(seen['2.1148.1'], { status: 0, refusal: undefined });
JS
node see.mjs
