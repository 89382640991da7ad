import { afterEach, expect, it, vi } from 'vitest';
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
