import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { credentials, fault, now, scriptedMarketo, syncLeadAnswer } from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);

describe('parallel calls', () => {
  it('share no headers', async () => {
    marketo.script(syncLeadAnswer(1, 'UPDATED'));
    let second = 0;
    const clock = { now: () => epochMs(now + 1_000 * second++) };
    const client = marketo.client({ clock });
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        client.sync([updateOf(`lead${index}@example.com`)], epochMs(now + 200_000)),
      ),
    );
    const bodies = marketo.received().map(({ body }) => body);
    expect(bodies).toHaveLength(8);
    for (const body of bodies) expect(body.match(/<mkt:AuthenticationHeader>/g)).toHaveLength(1);
    expect(new Set(bodies.map((body) => /<requestTimestamp>(.*?)</.exec(body)?.[1])).size).toBe(8);
  });
});

describe('credentials', () => {
  const sync = (userId: string, encryptionKey: string) =>
    marketo
      .client({ credentials: () => Promise.resolve({ userId, encryptionKey }) })
      .sync([updateOf('ada@example.com')], deadline);

  it.each([
    ['soapUserId', '', 'key'],
    ['soapUserId', ' ', ''],
    ['soapEncryptionKey', 'user', ' '],
  ])('of which %s is blank make no call', async (name, userId, encryptionKey) => {
    expect(await sync(userId, encryptionKey)).toEqual({
      whole: {
        kind: 'unavailable',
        because: `${name} is blank: fill it in in the Marketo secret`,
        worked: false,
      },
    });
    expect(marketo.received()).toHaveLength(0);
  });

  it('that cannot be read make no call', async () => {
    const reading = () => Promise.reject(new Error('The secret is not JSON'));
    expect(await marketo.client({ credentials: reading }).sync([updateOf('a')], deadline)).toEqual({
      whole: {
        kind: 'unavailable',
        because: 'the credentials of Marketo’s SOAP API cannot be read: The secret is not JSON',
        worked: false,
      },
    });
  });

  it('are asked for at every call, so that a new secret is used', async () => {
    marketo.script(fault('20014 - Authentication failed', '20014'), syncLeadAnswer(1, 'UPDATED'));
    let asked = 0;
    const client = marketo.client({
      credentials: () => Promise.resolve({ ...credentials, userId: `user${++asked}` }),
    });
    await client.sync([updateOf('a')], deadline);
    await client.sync([updateOf('a')], deadline);
    expect(marketo.received().map(({ body }) => /<mktowsUserId>(.*?)</.exec(body)?.[1])).toEqual([
      'user1',
      'user2',
    ]);
  });
});
