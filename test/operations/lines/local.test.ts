import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { openHistory } from '../../../operations/lines/history.ts';
import { createLocalLines } from '../../../operations/lines/local.ts';
import { noon } from '../../support/mailboxes.ts';
import { printed } from '../parts.ts';

const call = (name: string, requests = 1) =>
  ({
    call: name,
    api: 'rest',
    about: 'leads',
    leads: 1,
    requests,
    tookMs: 5,
    verdicts: { synced: 1 },
  }) as const;

const minuteMs = 60_000;

describe('the lines of this machine', () => {
  it('are found by message and by lead, with the calls that they name', async () => {
    const lines = createLocalLines();
    lines.write(printed(noon, { step: 'queued', messages: ['m1'] }, 'ingest'));
    lines.write(
      [
        printed(noon + 1, { step: 'absorbed', messages: ['m1', 'm2'], lead: 'L' }, 'absorb'),
        'REPORT RequestId: 1',
        printed(noon + 9, call('c1')),
        printed(noon + 9, { step: 'synced', messages: ['m1'], lead: 'L', call: 'c1' }),
        '',
      ].join('\n'),
    );
    expect(await lines.ofMessage('m1')).toMatchObject([
      { step: 'queued' },
      { step: 'absorbed' },
      { kind: 'call', call: 'c1' },
      { step: 'synced' },
    ]);
    expect(await lines.ofMessage('m2')).toMatchObject([{ step: 'absorbed' }]);
    expect(await lines.ofMessage('m3')).toEqual([]);
    expect(await lines.ofLead('L', 10)).toMatchObject([
      { step: 'synced' },
      { kind: 'call' },
      { step: 'absorbed' },
    ]);
    expect(await lines.ofLead('L', 1)).toMatchObject([{ step: 'synced' }, { kind: 'call' }]);
    expect(await lines.latest(2)).toMatchObject([{ step: 'synced' }, { kind: 'call' }]);
  });

  it('put a call before what came of it, whichever was written first', async () => {
    const lines = createLocalLines();
    lines.write(printed(noon, { step: 'synced', messages: ['m'], call: 'c' }));
    lines.write(printed(noon + 3, call('c')));
    lines.write(printed(noon + 4, { step: 'waiting', messages: ['m'], call: 'c' }));
    expect(await lines.ofMessage('m')).toMatchObject([
      { kind: 'call' },
      { step: 'synced' },
      { step: 'waiting' },
    ]);
  });

  it('are summed by stretches of time, empty ones included', async () => {
    const lines = createLocalLines();
    lines.write(printed(noon, { step: 'queued', messages: ['m1', 'm2'] }));
    lines.write(printed(noon + minuteMs, { step: 'queued', messages: ['m3'] }));
    lines.write(printed(noon + 3 * minuteMs, call('c', 4)));
    const to = epochMs(noon + 6 * minuteMs);
    expect(await lines.tally(noon, to, 2 * minuteMs)).toEqual([
      { at: noon, steps: { queued: 3 }, calls: 0, requests: 0 },
      { at: noon + 2 * minuteMs, steps: {}, calls: 1, requests: 4 },
      { at: noon + 4 * minuteMs, steps: {}, calls: 0, requests: 0 },
    ]);
  });

  it('forget the oldest, everywhere but in the sums', async () => {
    const lines = createLocalLines({ most: 100 });
    for (let index = 0; index < 300; index += 1)
      lines.write(printed(noon + index, { step: 'queued', messages: [`m${index}`], lead: 'L' }));
    expect(await lines.ofMessage('m0')).toEqual([]);
    expect(await lines.ofMessage('m299')).toHaveLength(1);
    const left = await lines.latest(1_000);
    expect(left.length).toBeGreaterThanOrEqual(95);
    expect(left.length).toBeLessThanOrEqual(100);
    expect(await lines.ofLead('L', 1_000)).toHaveLength(left.length);
    const [sum] = await lines.tally(noon, epochMs(noon + minuteMs), minuteMs);
    expect(sum?.steps.queued).toBe(300);
  });

  it('answer what a scan of all lines would', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const step = fc.record({ messages: fc.array(name, { maxLength: 3 }), lead: name });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        name,
        fc.nat(20),
        async (all, one, most) => {
          const lines = createLocalLines();
          all.forEach((line, index) => {
            lines.write(printed(noon + index, { step: 'absorbed', ...line }));
          });
          const told = await lines.latest(100);
          const steps = told.flatMap((line) => (line.kind === 'step' ? [line] : []));
          expect(await lines.ofMessage(one)).toEqual(
            steps.filter(({ messages }) => messages.includes(one)).toReversed(),
          );
          expect(await lines.ofLead(one, most)).toEqual(
            steps.filter(({ lead }) => lead === one).slice(0, most),
          );
        },
      ),
    );
  });
});

describe('the history of lines', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lines-'));
    file = join(folder, 'lines.jsonl');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (message: string): void => {
    const lines = createLocalLines({ file });
    lines.write(printed(noon, { step: 'queued', messages: [message] }));
    lines.write('not a line of ours');
    lines.close();
  };

  it('survives a restart', async () => {
    write('m1');
    write('m2');
    const lines = createLocalLines({ file });
    expect(await lines.ofMessage('m1')).toHaveLength(1);
    expect(await lines.ofMessage('m2')).toHaveLength(1);
    expect(await lines.latest(10)).toHaveLength(2);
    lines.close();
  });

  it('skips a torn last line and goes on behind it', async () => {
    write('m1');
    appendFileSync(file, '{"level":"INFO","mess');
    write('m2');
    const lines = createLocalLines({ file });
    expect(await lines.latest(10)).toMatchObject([{ messages: ['m2'] }, { messages: ['m1'] }]);
    lines.close();
  });

  it('keeps its two files within their bounds, and the latest lines in them', async () => {
    const text = 'x'.repeat(99);
    const read: string[] = [];
    const history = openHistory(file, (line) => read.push(line), 1_000);
    for (let index = 0; index < 100; index += 1) {
      history.append(`${index} ${text}`);
      if (index % 5 === 0) await new Promise(setImmediate);
    }
    history.close();
    const sizes = [file, `${file}.1`].map((one) => statSync(one).size);
    expect(Math.max(...sizes)).toBeLessThan(1_600);
    openHistory(file, (line) => read.push(line), 1_000).close();
    expect(read.filter((line) => line !== '').at(-1)).toMatch(/^99 /);
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('\n');
  });
});

it('an event is found among 100,000 without looking at the others', async () => {
  const lines = createLocalLines();
  for (let index = 0; index < 100_000; index += 1)
    lines.write(printed(noon + index, { step: 'queued', messages: [`m${index}`] }));
  const all = await lines.latest(100_000);
  const timed = async (work: () => unknown): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  const scanMs = await timed(() => all.filter((line) => 'step' in line && line.lead === 'L'));
  const findsMs = await timed(async () => {
    for (let index = 0; index < 1_000; index += 1) await lines.ofMessage(`m${index * 100}`);
  });
  expect(findsMs / 1_000).toBeLessThan(scanMs / 5);
});
