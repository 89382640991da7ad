import { expect, test } from 'vitest';
import { shortHashOf } from '../../../lambdas/digest.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { createLineLogger } from '../../../operations/lines/logger.ts';
import { lineOf } from '../../../operations/lines/parse.ts';

const at = epochMs(1_700_000_000_123);

const written = () => {
  const lines: string[] = [];
  const logger = createLineLogger('console', { now: () => at }, (line) => lines.push(line));
  return { lines, logger };
};

test('its lines are read as a function’s are', () => {
  const { lines, logger } = written();
  logger.delivery({ step: 'queued', messages: ['0123456789a'], because: 'it was resent' });
  const call = {
    call: 'c',
    api: 'rest',
    about: 'leads',
    leads: 1,
    requests: 1,
    tookMs: 2,
  } as const;
  logger.call({ ...call, verdicts: { synced: 1 } });
  logger.warn('something is odd', { count: 2 });
  logger.error('something broke');
  const shared = { at, service: 'console' };
  expect(lines.map(lineOf)).toEqual([
    {
      kind: 'step',
      ...shared,
      step: 'queued',
      messages: ['0123456789a'],
      because: 'it was resent',
    },
    { kind: 'call', ...shared, ...call, verdicts: { synced: 1 } },
    {
      kind: 'trouble',
      ...shared,
      level: 'warn',
      message: 'something is odd',
      facts: { count: 2 },
    },
    { kind: 'trouble', ...shared, level: 'error', message: 'something broke', facts: {} },
  ]);
});

test('a messageId, which may be made of an e-mail, is written as its short hash', () => {
  const { lines, logger } = written();
  logger.delivery({ step: 'dropped', messageId: 'jane@example.com-1' });
  expect(lines.join()).not.toContain('jane');
  expect(lineOf(lines[0] ?? '')).toMatchObject({ messages: [shortHashOf('jane@example.com-1')] });
});
