import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { createSender } from '../../operations/sender.ts';

/** An ingest that gives this answer, and a sender to it. */
const sending = async (status: number, answer: object) => {
  const requests: { readonly key: string; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const basic = request.headers.authorization?.replace('Basic ', '') ?? '';
      const key = Buffer.from(basic, 'base64').toString().replace(/:$/, '');
      requests.push({ key, body: JSON.parse(body) });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  const ingestUrl = await listen(server);
  onTestFinished(() => closeServer(server));
  const sender = createSender({
    ingestUrl,
    writeKey: () => Promise.resolve('server-key'),
    deleteKey: () => Promise.resolve('delete-key'),
  });
  return { ...sender, requests };
};

test('a test event goes to ingest like any other, under a name of its own each time', async () => {
  const { sendTest, requests } = await sending(200, { success: true });
  const event = { type: 'identify', userId: 'u', messageId: 'pasted' };
  const first = await sendTest(event);
  const second = await sendTest(event);
  expect(first.message).toBe(shortHashOf(first.messageId));
  expect(requests).toEqual([
    { key: 'server-key', body: { batch: [{ ...event, messageId: first.messageId }] } },
    { key: 'server-key', body: { batch: [{ ...event, messageId: second.messageId }] } },
  ]);
  expect(second.messageId).not.toBe(first.messageId);
});

test('a user is deleted with the key that may', async () => {
  const { erase, requests } = await sending(200, { success: true });
  const { messageId } = await erase('jane@example.com');
  expect(requests).toEqual([
    {
      key: 'delete-key',
      body: { batch: [{ type: 'delete', userId: 'jane@example.com', messageId }] },
    },
  ]);
});

test('what ingest refuses is told with the field', async () => {
  const errors = [{ index: 0, field: 'type', code: 'type_unknown', message: 'is not known' }];
  const { sendTest } = await sending(200, { success: true, errors });
  await expect(sendTest({ type: 'x' })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'ingest refused the event: type is not known',
  });
});
