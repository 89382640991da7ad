import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { now, scriptedMarketo, syncLeadAnswer, syncMultipleAnswer } from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const ada = updateOf('ada@example.com', { pants: 'blue', Socks: 'red', Score: 'much' });
const bob = updateOf('bob@example.com', { Socks: 'green' });
const sync = (...updates: (typeof ada)[]) =>
  marketo.client().sync(updates.length > 0 ? updates : [ada], deadline);

describe('the statuses of records', () => {
  it('become one verdict each, in their order', async () => {
    marketo.script(
      syncMultipleAnswer(
        [11, 'CREATED'],
        [12, 'UPDATED'],
        [0, 'FAILED', 'unknown fields for import: Socks (20105)'],
        [0, 'FAILED', '20110 - Bad Parameter'],
        [-1, 'FAILED'],
        [0, 'FAILED', 'for ada@example.com'],
        [0, 'FAILED', 'Rate Limit Exceeded (20023)'],
      ),
    );
    const because = (code: string) => expect.stringContaining(`(${code})`) as string;
    const leads = Array.from({ length: 7 }, (_, index) =>
      updateOf(`lead${index}@example.com`, { Socks: index }),
    );
    expect(await sync(...leads)).toEqual({
      each: [
        { kind: 'synced', marketoId: 11, isCreated: true },
        { kind: 'synced', marketoId: 12 },
        { kind: 'field-refused', fields: ['Socks'], unknown: true, because: because('20105') },
        { kind: 'refused', because: because('20110') },
        { kind: 'retry', attempts: 8, because: because('20106') },
        { kind: 'retry', attempts: 8, because: because('20106') },
        { kind: 'unavailable', worked: true, because: because('20023') },
      ],
    });
  });

  it('name only fields of their own lead', async () => {
    const error = 'unknown fields for import: pants (20105)';
    marketo.script(syncMultipleAnswer([1, 'UPDATED'], [0, 'FAILED', error]));
    expect(await sync(ada, bob)).toMatchObject({ each: [{ kind: 'synced' }, { kind: 'refused' }] });
  });

  it('tell nothing where there are fewer of them than leads', async () => {
    marketo.script(syncMultipleAnswer([1, 'UPDATED']));
    expect(await sync(ada, bob)).toEqual({
      whole: {
        kind: 'unavailable',
        because: 'Marketo answered for 1 leads when asked for 2',
        worked: true,
      },
    });
  });

  it('are read from a lead alone too', async () => {
    marketo.script(syncLeadAnswer(0, 'FAILED', '20014 - Authentication failed'));
    expect(await sync()).toMatchObject({ each: [{ kind: 'unavailable', worked: true }] });
  });

  it('of a lead whose id Marketo does not tell are synced without one', async () => {
    marketo.script(syncLeadAnswer(0, 'UPDATED'));
    expect(await sync()).toEqual({ each: [{ kind: 'synced' }] });
  });
});
