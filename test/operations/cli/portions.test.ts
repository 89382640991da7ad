import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { portionsOf, type Portion } from '../../../operations/cli/send/batches.ts';
import { linesOf } from '../../../operations/cli/send/lines.ts';
import { sendFileLimits } from '../../../lib/timing.ts';
import { temporaryFolder } from '../../local/support.ts';

const start = { offset: 0, line: 0 };

const portions = async (path: string, from = start): Promise<Portion[]> => {
  const all: Portion[] = [];
  for await (const one of portionsOf(linesOf(path, from, sendFileLimits.bytes))) all.push(one);
  return all;
};

const line = fc.oneof(
  fc.record({ type: fc.constant('track'), event: fc.string() }).map((one) => JSON.stringify(one)),
  fc.constantFrom('', '  ', 'no json', '[]', 'null', '"text"', '{"messageId":"m"}\r'),
);

it('a file that is begun anew at any portion gives what it gave before', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.boolean(),
      fc.constantFrom(1, 150, 600),
      async (few, endsOpen, times) => {
        const lines = Array.from({ length: times }, () => few).flat();
        writeFileSync(path, lines.join('\n') + (endsOpen ? '' : '\n'));
        const all = await portions(path);
        for (const [at, portion] of all.entries())
          expect(await portions(path, portion)).toEqual(all.slice(at + 1));
        const sent = all.flatMap(({ events, bad }) => [...events, ...bad].map((one) => one.line));
        const full = lines.flatMap((text, at) => (text.trim() === '' ? [] : [at + 1]));
        expect(sent.sort((a, b) => a - b)).toEqual(full);
      },
    ),
    { numRuns: 30 },
  );
});

it('a line that no request could hold is refused, and the next one is sent', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  const long = JSON.stringify({ type: 'track', event: 'x'.repeat(3 * sendFileLimits.bytes) });
  writeFileSync(path, `${long}\n{"type":"page"}`);
  const [portion] = await portions(path);
  expect(portion?.bad).toEqual([
    { line: 1, message: `has more than ${sendFileLimits.bytes} bytes` },
  ]);
  expect(portion?.events.map((one) => one.line)).toEqual([2]);
});

it('no request holds more than it may', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  const large = JSON.stringify({ type: 'track', event: 'x'.repeat(30_000) });
  writeFileSync(path, `${large}\n`.repeat(40));
  for (const { events } of await portions(path)) {
    const bytes = events.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
    expect(bytes).toBeLessThanOrEqual(sendFileLimits.bytes);
    expect(events.length).toBeLessThanOrEqual(sendFileLimits.events);
  }
});
