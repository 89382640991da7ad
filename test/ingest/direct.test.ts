import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardTiming } from '../../lambdas/limits.ts';
import { ingestWith, receivedAt } from './support.ts';

const page = { type: 'page', userId: 'u', messageId: 'm' };

describe("a message of Segment's AWS Lambda destination", () => {
  it('is queued without a write key and answered in short', async () => {
    const { invoke, sent, lines } = ingestWith({
      senders: () => Promise.reject(new Error('nobody may ask')),
    });
    expect(await invoke(page)).toEqual({ success: true });
    expect(sent).toMatchObject([{ event: { type: 'page', messageId: 'm' } }]);
    expect(lines).toMatchObject([{ step: 'queued', messageId: 'm' }]);
  });

  it('keeps the time at which Segment says that it happened', async () => {
    const { invoke, sent } = ingestWith();
    const timestamp = new Date(receivedAt - 60_000).toISOString();
    await invoke({ ...page, timestamp, sentAt: timestamp, originalTimestamp: '2001-01-01' });
    expect(sent[0]?.event.timestamp).toBe(receivedAt - 60_000);
  });

  it('may be one that Marketo has no use for', async () => {
    const { invoke, sent, lines } = ingestWith();
    expect(await invoke({ type: 'group', userId: 'u', messageId: 'm' })).toEqual({ success: true });
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ step: 'dropped' }]);
  });

  it('deletes nobody, as a write key does not, unless the settings say so', async () => {
    const forget = { type: 'delete', userId: 'u', messageId: 'd' };
    const closed = ingestWith();
    expect(await closed.invoke([forget, page])).toMatchObject({
      success: true,
      errors: [{ index: 0, code: 'delete_not_allowed' }],
    });
    expect(closed.sent.map(({ event }) => event.type)).toEqual(['page']);
    const source = { name: 'lambda', kind: 'server' } as const;
    const open = ingestWith({ direct: { source, mayDelete: true } });
    expect(await open.invoke(forget)).toEqual({ success: true });
    expect(open.sent).toMatchObject([{ event: { type: 'delete', source } }]);
  });

  it('that is refused is told why, and not thrown: coming again would not mend it', async () => {
    const { invoke, lines } = ingestWith();
    expect(await invoke({ type: 'track', userId: 'u', messageId: 'm' })).toEqual({
      success: false,
      errors: [
        {
          index: 0,
          messageId: 'm',
          field: 'event',
          code: 'event_not_defined',
          message: 'event must name what happened',
        },
      ],
    });
    expect(lines).toMatchObject([{ step: 'refused', messageId: 'm' }]);
  });

  it('may come in an array, each on its own', async () => {
    const { invoke, sent } = ingestWith();
    const answer = await invoke([page, 'x', { ...page, messageId: 'm2' }]);
    expect(answer).toMatchObject({ success: true, errors: [{ index: 1, code: 'not_object' }] });
    expect(sent).toHaveLength(2);
    expect(await invoke([])).toMatchObject({ success: false, errors: [{ code: 'empty_batch' }] });
  });

  it('that is not safe on the queue rejects, without words of what it held', async () => {
    const unsafe = ingestWith({
      eventsQueue: {
        send: (entries) =>
          Promise.resolve(entries.map(({ event }) => ({ event, because: 'InternalError' }))),
      },
    });
    await expect(unsafe.invoke(page)).rejects.toThrow('nothing was accepted');
    expect(unsafe.lines).toEqual([]);
    const broken = ingestWith({
      eventsQueue: { send: () => Promise.reject(new TypeError('ada@example.com')) },
    });
    const failure = await broken.invoke(page).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ name: 'NotSafeError' });
    expect(`${(failure as Error).stack ?? ''} ${broken.troubles.join(' ')}`).not.toContain('ada@');
    expect(broken.troubles).toEqual(['a message could not be handled {"because":"TypeError"}']);
  });

  it('gets its answer before Segment gives up', async () => {
    const budgets: (number | undefined)[] = [];
    const { invoke } = ingestWith({
      eventsQueue: {
        send: (_entries, budgetMs) => {
          budgets.push(budgetMs);
          return Promise.resolve([]);
        },
      },
    });
    await invoke(page);
    expect(budgets).toEqual([forwardTiming.answerMs]);
  });

  it('may be any JSON: it is queued, dropped or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { invoke, sent } = ingestWith();
        const { success } = await invoke(value);
        expect(typeof success).toBe('boolean');
        expect(sent.length > 0 && !success).toBe(false);
      }),
    );
  });
});
