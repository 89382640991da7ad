import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveSecrets } from '../../local/secrets.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { clientOf } from '../aws/scripted.ts';
import { basic, request } from './support.ts';
import type { Context } from 'aws-lambda';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:ingest';

/** The function's environment, with a queue and a secret behind it. */
const environment = async () => {
  const sqs = await serveSqs({ port: 0 });
  onTestFinished(() => sqs.close());
  const secrets = await serveSecrets([
    { arn, name: 'ingest', value: '{"writeKey":"from-secret"}' },
  ]);
  onTestFinished(() => secrets.close());
  const client = new SQSClient(clientOf(sqs.url));
  onTestFinished(() => {
    client.destroy();
  });
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: 'events.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', sqs.url);
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  vi.stubEnv('EVENTS_QUEUE_URL', QueueUrl);
  vi.stubEnv('INGEST_SECRET_ARN', arn);
  vi.stubEnv('STACK_NAME', 'stack');
  return { client, QueueUrl };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('the ingest function', () => {
  it('puts an event on the queue, with the write key of its secret', async () => {
    const { client, QueueUrl } = await environment();
    const logged = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { handler } = await import('../../lambdas/ingest/ingestHandler.ts');
    const headers = { Authorization: basic('from-secret') };
    const body = { userId: 'u1', traits: { email: 'ada@example.com' } };
    const answer = await handler(request('/v1/identify', body, { headers }), {} as Context);
    if (!('body' in answer)) throw new Error('no answer of the HTTP API');
    expect(answer.body).toBe('{"success":true}');
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(1);
    const event = JSON.parse(Messages[0]?.Body ?? '') as QueuedEvent;
    expect(event).toMatchObject({ type: 'identify', userId: 'u1', traits: body.traits });
    expect(event.messageId).toMatch(/^content-[\w-]{43}$/);
    expect(JSON.stringify(logged.mock.calls)).toContain(event.messageId);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('ada@');
  });

  it('does not start without its environment, and names what is missing', async () => {
    await environment();
    vi.stubEnv('INGEST_SECRET_ARN', '');
    const start = import('../../lambdas/ingest/ingestHandler.ts');
    await expect(start).rejects.toThrow('The environment variable INGEST_SECRET_ARN is not set');
  });
});
