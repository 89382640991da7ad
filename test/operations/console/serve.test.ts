import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { closeServer, listen } from '../../../local/listen.ts';
import { serveConsole } from '../../../operations/console/serve.ts';
import { createHttpOperations } from '../../../operations/http.ts';
import { fakeOperations, flowView, info } from './support.ts';

test('the console alone has its page, its API, and a way to it from the root', async () => {
  const { url, close } = await serveConsole({ operations: fakeOperations(), info, port: 0 });
  onTestFinished(close);
  expect(url).toMatch(/^http:\/\/localhost:\d+\/console$/);
  const page = await fetch(new URL('/', url));
  expect([page.url, page.status]).toEqual([url, 200]);
  expect(await page.text()).toContain('/console/main.js');
  const operations = createHttpOperations(url);
  expect(await operations.info()).toEqual(info);
  expect(await operations.flow()).toEqual(flowView);
});

test('when it is closed nothing answers there', async () => {
  const { url, close } = await serveConsole({ operations: fakeOperations(), info, port: 0 });
  await close();
  await expect(fetch(url)).rejects.toThrow();
});

test('a port in use is an error that says so', async () => {
  const server = createServer();
  const { port } = new URL(await listen(server));
  onTestFinished(() => closeServer(server));
  await expect(
    serveConsole({ operations: fakeOperations(), info, port: Number(port) }),
  ).rejects.toMatchObject({
    name: 'OperationsError',
    code: 'unusable',
    message: `port ${port} is in use: take another one`,
  });
});
