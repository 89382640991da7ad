import { afterEach, expect, it, vi } from 'vitest';
import { shortHashOf } from '../lambdas/digest.ts';
import { createLogger } from '../lambdas/log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const written = (messageId: string): string => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  createLogger('ingest').delivery({ step: 'queued', messageId, messages: ['hash'] });
  return lines.join('\n');
};

it('a delivery line names its message', () => {
  expect(JSON.parse(written('m-1'))).toMatchObject({ step: 'queued', messageId: 'm-1' });
});

it('a messageId that a sender made of an e-mail stays out of the log; its hash stands for it', () => {
  expect(written('jane@example.com')).not.toContain('jane');
  expect(written('jane@example.com')).toContain('hash');
});

it('a delivery line has the short hash of its message, which all lines of an event share', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  createLogger('absorb').delivery({ step: 'visited', messageId: 'm-1' });
  expect(JSON.parse(lines.join(''))).toMatchObject({ messages: [shortHashOf('m-1')] });
});

it('a line about a call is found by its message, and is JSON on one line', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const call = {
    call: 'c-1',
    api: 'rest',
    about: 'leads',
    leads: 2,
    requests: 1,
    tookMs: 40,
    verdicts: { synced: 1, retry: 1 },
    because: 'Marketo is busy (604)',
  } as const;
  createLogger('sync').call(call);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines.join(''))).toMatchObject({ message: 'call', service: 'sync', ...call });
});
