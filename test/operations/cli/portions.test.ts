import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { portionsOf, type Portion } from '../../../operations/cli/send/batches.ts';
import { linesOf } from '../../../operations/cli/send/lines.ts';
import { sendFileLimits } from '../../../operations/limits.ts';
import { temporaryFolder } from '../../local/support.ts';

const start = { offset: 0, line: 0 };

const portions = async (path: string, from = start): Promise<Portion[]> => {
  const all: Portion[] = [];
  for await (const one of portionsOf(linesOf(path, from, sendFileLimits.bytes), 'a-file'))
    all.push(one);
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
          if (portion.unfinished === undefined)
            expect(await portions(path, portion)).toEqual(all.slice(at + 1));
        const sent = all.flatMap(({ events, bad }) => [...events, ...bad].map((one) => one.line));
        const left = all.at(-1)?.unfinished;
        const full = lines.flatMap((text, at) => (text.trim() === '' ? [] : [at + 1]));
        expect(sent.sort((a, b) => a - b)).toEqual(full.filter((at) => at !== left));
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

it('an event that is still being written is sent once it is, however far it has come', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  const text = '{"type":"page"}\n{"type":"track","event":"Überall 🎈"}\n{"type":"page"}';
  const bytes = Buffer.from(text);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    writeFileSync(path, bytes.subarray(0, cut));
    const before = await portions(path);
    writeFileSync(path, bytes);
    const after = await portions(path, before.at(-1) ?? start);
    const events = [...before, ...after].flatMap((portion) => portion.events);
    expect(events.map((one) => one.line)).toEqual([1, 2, 3]);
    expect([...before, ...after].flatMap(({ bad }) => bad)).toEqual([]);
  }
});

it('events of two files are two, although they stand at the same place', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  writeFileSync(path, '{"type":"page"}\n');
  const textIn = async (file: string): Promise<string | undefined> => {
    const lines = linesOf(path, start, sendFileLimits.bytes);
    for await (const { events } of portionsOf(lines, file)) return events[0]?.text;
    return undefined;
  };
  expect(await textIn('one')).toBe(await textIn('one'));
  expect(await textIn('one')).not.toBe(await textIn('another'));
});

it('a byte order mark is no part of the first event', async () => {
  const path = join(temporaryFolder(), 'events.jsonl');
  writeFileSync(path, '\uFEFF{"type":"page","messageId":"m-1"}\r\n');
  const [portion] = await portions(path);
  expect(portion?.events).toEqual([{ line: 1, text: '{"type":"page","messageId":"m-1"}' }]);
});
