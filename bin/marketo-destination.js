#!/usr/bin/env node
// JavaScript, so that a Node.js that cannot run TypeScript gets to say so.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18) || major === 23) {
  process.stderr.write(
    `marketo-destination needs Node.js 22.18 or later, or 24 and later; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  // The package has it compiled, since Node.js runs no TypeScript below node_modules.
  const [source, built] = ['../operations/cli/main.ts', '../built/operations/cli/main.js'];
  const isCheckout = existsSync(new URL(source, import.meta.url));
  const { createNodeIo, main } = await import(isCheckout ? source : built);
  process.exitCode = await main(process.argv.slice(2), createNodeIo());
  // What was under way when it was stopped is not waited for.
  if (process.exitCode === 130) process.exit();
}
