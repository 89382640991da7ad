import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createObserver } from '../lambdas/observer.ts';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  vi.stubEnv('STACK_NAME', 'a-stack');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const metricLines = () =>
  written
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => '_aws' in line);

describe('an observed function', () => {
  it('writes one line of metrics for each invocation, however many lines it logged', async () => {
    const { each, logger } = createObserver('ingest');
    const handler = each((count: number) => {
      for (let n = 0; n < count; n += 1) logger.delivery({ step: 'queued', messageId: `m${n}` });
      return Promise.resolve('answer');
    });
    expect(await handler(3)).toBe('answer');
    await handler(1);
    expect(metricLines()).toMatchObject([
      { service: 'ingest', stack: 'a-stack', Queued: 3, ColdStarts: 1 },
      { service: 'ingest', stack: 'a-stack', Queued: 1 },
    ]);
    expect(metricLines()[1]).not.toHaveProperty('ColdStarts');
    expect(written).toHaveLength(6);
  });

  it('writes them where the invocation fails, too', async () => {
    const { each, metrics } = createObserver('sync');
    const handler = each(() => {
      metrics.count('Calls');
      return Promise.reject(new Error('down'));
    });
    await expect(handler()).rejects.toThrow('down');
    expect(metricLines()).toMatchObject([{ service: 'sync', Calls: 1 }]);
  });

  it('cannot go without the name of its stack, or two stacks would share their numbers', () => {
    vi.stubEnv('STACK_NAME', '');
    expect(() => createObserver('hash')).toThrow('STACK_NAME');
  });
});
