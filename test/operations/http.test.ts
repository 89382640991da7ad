import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { closeServer, listen } from '../../local/listen.ts';
import { OperationsError } from '../../operations/error.ts';
import { createHttpOperations } from '../../operations/http.ts';
import {
  budgetView,
  eventView,
  fakeOperations,
  flowView,
  info,
  leadView,
  serve,
} from './console/support.ts';

const answering = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  const url = await listen(server);
  onTestFinished(() => closeServer(server));
  return url;
};

test('a destination asked through the console answers as it does itself', async () => {
  const known = fakeOperations();
  const operations = createHttpOperations(await serve(known));
  expect(await operations.info()).toEqual(info);
  expect(await operations.flow()).toEqual(flowView);
  expect(await operations.lead({ email: 'jane@example.com' })).toEqual(leadView);
  expect(await operations.event({ messageId: 'm-1' })).toEqual(eventView);
  expect(await operations.budget()).toEqual(budgetView);
  expect(await operations.dead()).toEqual({ dead: [], next: 'first+' });
  expect(await operations.dead('first+')).toEqual({ dead: [], next: 'first++' });
  expect(await operations.resend(['a'])).toEqual([{ id: 'a', outcome: 'resent' }]);
  expect(await operations.drop(['a'])).toEqual([
    { id: 'a', outcome: 'gone', because: 'it had gone' },
  ]);
  expect(await operations.check()).toEqual([{ name: 'table', state: 'ok', says: 'it answers' }]);
  expect(await operations.preview({ event: { type: 'page' }, source: 'browser' })).toMatchObject({
    preview: { lead: 'somebody' },
  });
  expect(await operations.sendTest({ type: 'page' })).toMatchObject({ messageId: 'test-1' });
  expect(await operations.erase('u-1')).toMatchObject({ messageId: 'test-1' });
  expect(await operations.askForImports()).toHaveProperty('until');
  expect(await operations.events({ filter: { type: 'page' }, most: 5 })).toMatchObject({
    events: [],
  });
  expect(await operations.people('jane')).toMatchObject({ people: [] });
  expect(await operations.problems(60_000)).toMatchObject({ problems: [] });
  expect(await operations.counts(60_000)).toMatchObject({ counts: [] });
  expect(known.asked.slice(9)).toEqual([
    { event: { type: 'page' }, source: 'browser' },
    { send: { type: 'page' } },
    { erase: 'u-1' },
    'bulk',
    { events: { filter: { type: 'page' }, most: 5 } },
    { people: 'jane' },
    { problems: 60_000 },
    { counts: 60_000 },
  ]);
});

test('who and what is not known is undefined', async () => {
  const operations = createHttpOperations(await serve(fakeOperations()));
  expect(await operations.lead({ userId: 'nobody' })).toBeUndefined();
  expect(await operations.event({ messageId: 'nothing' })).toBeUndefined();
});

test('the destination’s own errors come through with code and text', async () => {
  const url = await serve({
    ...fakeOperations(),
    drop: () => Promise.reject(new OperationsError('denied', 'ask for sqs:DeleteMessage')),
  });
  await expect(createHttpOperations(url).drop(['a'])).rejects.toMatchObject({
    name: 'OperationsError',
    code: 'denied',
    message: 'ask for sqs:DeleteMessage',
  });
  await expect(createHttpOperations(url).lead({ email: 'jane' })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'email is not an e-mail address',
  });
});

test('however many dead letters are named, each is asked for once, in order', async () => {
  const known = fakeOperations();
  const operations = createHttpOperations(await serve(known));
  const ids = Array.from(
    { length: 2_300 },
    (_, index) => `${index}-"${'x'.repeat(1_500 + (index % 190))}`,
  );
  const outcomes = await operations.resend(ids);
  expect(outcomes.map(({ id }) => id)).toEqual(ids);
  expect(known.asked.length).toBeGreaterThan(3);
  expect(await operations.drop([])).toEqual([]);
});

test('where nothing answers it says what to start', async () => {
  const server = createServer();
  const url = await listen(server);
  await closeServer(server);
  await expect(createHttpOperations(url).flow()).rejects.toMatchObject({
    code: 'unreachable',
    message: `nothing answers at ${url}: start the local pipeline with npm start, or name a deployed stack with --stack`,
  });
});

test.each([
  ['HTML', 200, '<html></html>'],
  ['another JSON', 404, '{"message":"Not Found"}'],
  ['an empty answer', 500, ''],
  ['JSON that is no object', 200, 'null'],
])('somebody else’s server (%s) is told from a console', async (_, status, body) => {
  const url = await answering((request, response) => {
    void text(request).then(() => response.writeHead(status).end(body));
  });
  await expect(createHttpOperations(url).lead({ userId: 'u' })).rejects.toMatchObject({
    code: 'unreachable',
    message: `what answers at ${url} is no console of marketo-destination (HTTP ${status}): give the address that npm start prints`,
  });
});

test('a pipeline that is still starting is told from one that is not there', async () => {
  const url = await answering((_, response) => {
    response.writeHead(503).end('{"message":"Service Unavailable"}');
  });
  await expect(createHttpOperations(url).flow()).rejects.toMatchObject({
    code: 'unreachable',
    message: `${url} is still starting: try again in a moment`,
  });
});

test('no answer in time, or half of one, is an error that says so', async () => {
  const timeout = () => Promise.reject(new DOMException('late', 'TimeoutError'));
  await expect(createHttpOperations('http://localhost:1', timeout).flow()).rejects.toThrow(
    'http://localhost:1 did not answer within 60 s',
  );
  const url = await answering((_, response) => {
    response.writeHead(200, { 'content-length': '10' }).flushHeaders();
    response.write('{');
    response.destroy();
  });
  await expect(createHttpOperations(url).flow()).rejects.toThrow('nothing answers at');
});

test.each(['localhost:8787', 'here', '', 'ftp://localhost'])('%j is no address', (url) => {
  expect(() => createHttpOperations(url)).toThrow(
    `${url} is no address: give one like http://localhost:8787`,
  );
});
