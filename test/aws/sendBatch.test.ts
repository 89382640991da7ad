import { SQSClient } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendBatch } from '../../lambdas/aws/sendBatch.ts';
import { clientOf, scriptedService } from './scripted.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** An SQS that says of each entry what `fate` says, and of some nothing at all. */
const sqsThat = async (
  fate: (body: string, request: number) => 'takes' | 'refuses' | 'ignores',
) => {
  let requests = 0;
  const url = await scriptedService((input) => {
    requests += 1;
    const { Entries } = input as { readonly Entries: readonly Entry[] };
    const fates = Entries.map((entry) => ({ ...entry, is: fate(entry.MessageBody, requests) }));
    return {
      body: {
        Successful: fates
          .filter(({ is }) => is === 'takes')
          .map(({ Id, MessageBody }) => ({
            Id,
            MessageId: Id,
            MD5OfMessageBody: md5(MessageBody),
          })),
        Failed: fates
          .filter(({ is }) => is === 'refuses')
          .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      },
    };
  });
  const client = new SQSClient(clientOf(url));
  onTestFinished(() => {
    client.destroy();
  });
  return { client, url, requests: () => requests };
};

describe('a batch that is sent to SQS', () => {
  it('counts an entry as taken only where the answer says so', async () => {
    const { client, url } = await sqsThat((body) => body as 'takes' | 'refuses' | 'ignores');
    const entries = ['takes', 'refuses', 'ignores'].map((MessageBody) => ({ MessageBody }));
    expect(await sendBatch(client, url, entries)).toEqual([
      { index: 1, reason: 'InternalError' },
      { index: 2, reason: 'not answered by SQS' },
    ]);
  });
});
