import { describe, expect, it, vi } from 'vitest';
import { shortHashOf } from '../../../lambdas/digest.ts';
import { createLogger } from '../../../lambdas/log.ts';
import { lineOf } from '../../../operations/lines/parse.ts';

const line = (more: object): string =>
  JSON.stringify({
    level: 'INFO',
    message: 'delivery',
    timestamp: '2026-07-31T12:00:00.123Z',
    service: 'absorb',
    sampling_rate: 0,
    xray_trace_id: '1-5',
    function_name: 'absorb',
    ...more,
  });

const at = Date.parse('2026-07-31T12:00:00.123Z');

describe('a line of the delivery log', () => {
  it('is read with when and by whom it was written, and without what is not ours', () => {
    const facts = { step: 'held', lead: 'L', messages: ['m'], fields: ['Age'], because: 'why' };
    expect(lineOf(line({ ...facts, until: 5 }))).toEqual({
      kind: 'step',
      at,
      service: 'absorb',
      ...facts,
      until: 5,
    });
  });

  it('finds its message by its hash where it names it by its id alone', () => {
    expect(lineOf(line({ step: 'visited', messageId: 'id-1' }))).toMatchObject({
      messageId: 'id-1',
      messages: [shortHashOf('id-1')],
    });
  });

  it('has no messages where the request was refused before they were read', () => {
    expect(lineOf(line({ step: 'dropped', because: 'malformed JSON' }))).toMatchObject({
      messages: [],
    });
  });

  it('may be about a call', () => {
    const call = {
      call: 'c',
      api: 'rest',
      about: 'leads',
      leads: 2,
      requests: 3,
      tookMs: 40,
      verdicts: { synced: 2 },
    };
    expect(lineOf(line({ message: 'call', ...call }))).toEqual({
      kind: 'call',
      at,
      service: 'absorb',
      ...call,
    });
  });

  it('may be trouble, of which plain facts are kept', () => {
    const trouble = line({
      level: 'WARN',
      message: 'no calls may go now',
      because: 'why',
      count: 2,
      nested: { secret: 1 },
    });
    expect(lineOf(trouble)).toEqual({
      kind: 'trouble',
      at,
      service: 'absorb',
      level: 'warn',
      message: 'no calls may go now',
      facts: { because: 'why', count: 2 },
    });
    expect(lineOf(line({ level: 'ERROR' }))).toMatchObject({ level: 'error' });
  });

  it('is what our own logger prints', () => {
    const texts: string[] = [];
    const take = (text: unknown): boolean => texts.push(String(text)) > 0;
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation(take),
    );
    const logger = createLogger('sync');
    logger.delivery({ step: 'synced', messages: ['m'], lead: 'L', call: 'c' });
    logger.delivery({ step: 'visited', messageId: 'jake@example.com/1' });
    logger.warn('trouble', { because: 'why' });
    spies.forEach((spy) => {
      spy.mockRestore();
    });
    expect(texts.map((text) => lineOf(text))).toMatchObject([
      { kind: 'step', service: 'sync', step: 'synced', messages: ['m'], lead: 'L', call: 'c' },
      { kind: 'step', step: 'visited', messages: [shortHashOf('jake@example.com/1')] },
      { kind: 'trouble', message: 'trouble', facts: { because: 'why' } },
    ]);
  });

  it.each([
    ['text', 'START RequestId: 1 Version: $LATEST'],
    ['a torn line', line({ step: 'held' }).slice(0, -4)],
    ['nothing', ''],
    ['JSON that is no object', '[1]'],
    ['null', 'null'],
    ["Lambda's own", JSON.stringify({ time: '2026', type: 'platform.start', record: {} })],
    ['a metric', line({ _aws: { Timestamp: at }, step: 'held' })],
    ['another level', line({ level: 'DEBUG', step: 'held' })],
    ['a level that every object has', line({ level: 'toString', step: 'held' })],
    ['another message', line({ message: 'hello' })],
    ['an unknown step', line({ step: 'lost' })],
    ['a step without one', line({ messages: ['m'] })],
    ['messages that are none', line({ step: 'held', messages: [1] })],
    ['a call that says too little', line({ message: 'call', call: 'c' })],
    ['no time', line({ step: 'held', timestamp: 'soon' })],
  ])('is not %s', (_, text) => {
    expect(lineOf(text)).toBeUndefined();
  });
});
