import { fuzzLogs } from '../test/support/logFuzz.ts';

/*
 * npm run fuzz:logs -- 100000
 *
 * Sends so many requests with e-mail addresses planted in every place and form through ingest and
 * hash, and ends with 1 where one of them stands in a line of their logs.
 */

const requests = Number(process.argv[2] ?? 100_000);
const round = 5_000;
let lines = 0;
for (let done = 0; done < requests; done += round) {
  const fuzzed = await fuzzLogs(Math.min(round, requests - done), done + 1);
  lines += fuzzed.lines;
  if (fuzzed.leaks.length === 0) continue;
  process.stderr.write(`Seed ${done + 1}: a log holds ${fuzzed.leaks.join(' and ')}.\n`);
  process.exitCode = 1;
}
const found = process.exitCode === 1 ? 'addresses' : 'no address';
process.stdout.write(`${requests} requests, ${lines} lines: ${found} in them.\n`);
