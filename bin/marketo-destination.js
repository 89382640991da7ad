#!/usr/bin/env node
// JavaScript, so that a Node.js that cannot run TypeScript gets to say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18) || major === 23) {
  process.stderr.write(
    `marketo-destination needs Node.js 22.18 or later, or 24 and later; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  const [{ main }, { createNodeIo }] = await Promise.all([
    import('../operations/cli/program.ts'),
    import('../operations/cli/nodeIo.ts'),
  ]);
  process.exitCode = await main(process.argv.slice(2), createNodeIo());
  // What was under way when it was stopped is not waited for.
  if (process.exitCode === 130) process.exit();
}
