import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { actions } from './actions.ts';
import { apiCalls } from './apiCalls.ts';
import type { Bench } from './bench.ts';
import { bulk } from './bulk.ts';
import { coldStart } from './coldStart.ts';
import { freshness } from './freshness.ts';
import { history } from './history.ts';
import { hotLead } from './hotLead.ts';
import { indexSpread } from './indexSpread.ts';
import { ingest } from './ingest.ts';
import { isolation } from './isolation.ts';
import { mapping } from './mapping.ts';
import { outage } from './outage.ts';
import { printed, withOutcome } from './page.ts';
import { scale } from './scale.ts';

const benches: Readonly<Record<string, Bench>> = {
  'api-calls': apiCalls,
  'hot-lead': hotLead,
  freshness,
  outage,
  isolation,
  actions,
  bulk,
  mapping,
  scale,
  index: indexSpread,
  ingest,
  'cold-start': coldStart,
  history,
};

const standard = { seed: '1', size: '1' };
const pagePath = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

const usage = `npm run bench -- <name> [--seed ${standard.seed}] [--size ${standard.size}]

A run of standard size and seed writes its part of docs/benchmarks.md.

${Object.entries(benches)
  .map(([name, { measures }]) => `  ${name.padEnd(12)}${measures}`)
  .join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: standard.seed },
    size: { type: 'string', default: standard.size },
  },
});
const [name = ''] = positionals;
const bench = benches[name];
const [seed, size] = [Number(values.seed), Number(values.size)];

if (bench === undefined || !Number.isSafeInteger(seed) || !(size > 0 && size <= 1)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const outcome = await bench.run({ seed, size });
  process.stdout.write(`${printed(outcome)}\n`);
  if (values.seed === standard.seed && size === 1)
    await writeFile(pagePath, withOutcome(await readFile(pagePath, 'utf8'), name, outcome));
}
