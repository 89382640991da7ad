import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeServer, listen } from '../../../../local/listen.ts';
import { createAnswers } from '../../../../operations/console/answers.ts';
import { createPage } from '../../../../operations/console/page.ts';
import { pageFilesIn } from '../../../../operations/console/pageFiles.ts';
import { createConsoleApi } from '../../../../operations/console/served/api.ts';
import { createCallers } from '../../../../operations/console/served/callers.ts';
import { pagesForThisFile } from '../../../support/chromium.ts';
import { createFakeOperations } from '../client/fake/operations.ts';
import { eventually, maxMs, pictureOf } from '../client/support.ts';
import { clientId, serveCognito } from './cognito.ts';

vi.setConfig({ testTimeout: maxMs, hookTimeout: maxMs });

const withPage = pagesForThisFile();
const operations = createFakeOperations();

let cognito: Awaited<ReturnType<typeof serveCognito>>;
let url = '';
let close = (): Promise<void> => Promise.resolve();

/** The function behind what CloudFront and API Gateway do: requests become its events. */
const serveFunction = async (): Promise<void> => {
  const client = new URL('../../../../operations/console/client/', import.meta.url);
  const handler = createConsoleApi({
    answers: createAnswers({
      operations,
      info: { name: 'my-stack', isLocal: false, ingestUrl: 'https://events.example.com' },
      page: createPage(pageFilesIn(client), { origin: cognito.origin, clientId }),
    }),
    callers: createCallers({ issuer: cognito.origin, clientId }),
  });
  const server = createServer((request, response) => {
    void (async () => {
      const { statusCode, headers, body } = await handler({
        rawPath: request.url?.split('?')[0] ?? '/',
        headers: request.headers as Record<string, string>,
        body: await text(request),
        isBase64Encoded: false,
        requestContext: { http: { method: request.method } },
      } as APIGatewayProxyEventV2);
      response.writeHead(statusCode ?? 500, headers as Record<string, string>).end(body);
    })();
  });
  url = `${(await listen(server)).replace('127.0.0.1', 'localhost')}/console`;
  close = () => closeServer(server);
};

beforeAll(async () => {
  cognito = await serveCognito();
  await serveFunction();
});

afterAll(async () => {
  await close();
  await cognito.close();
});

const open = async (page: Page, hash: string, groups: readonly string[] | undefined) => {
  cognito.signsIn(groups);
  page.setDefaultTimeout(maxMs / 2);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url + hash);
  return errors;
};

test('whoever opens a page signs in, and is back at that page, with the code gone from its address', (context) =>
  withPage(context, async (page) => {
    const errors = await open(page, '#/dead', ['operator']);
    await page.getByRole('heading', { name: 'Dead letters', exact: true }).waitFor();
    expect(page.url()).toBe(`${url}#/dead`);
    await page.getByRole('button', { name: 'Drop…' }).waitFor();
    expect(cognito.asked).toEqual(
      expect.arrayContaining(['/oauth2/authorize', '/oauth2/token', '/.well-known/jwks.json']),
    );
    // The token goes with the tab, and only an hour of it is kept.
    expect(await page.evaluate('Object.keys(localStorage).length + document.cookie.length')).toBe(
      0,
    );
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('unused');
    expect(errors).toEqual([]);
    await page.screenshot({ path: pictureOf('served-operator') });
  }));

test('a viewer sees everything, and nothing to do', (context) =>
  withPage(context, async (page) => {
    await open(page, '#/dead', ['viewer']);
    await page.getByRole('table').first().waitFor();
    expect(await page.getByRole('button', { name: 'Drop…' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Preview' }).count()).toBe(0);
    await page.screenshot({ path: pictureOf('served-viewer') });
  }));

test('a user of no group is told which groups there are', (context) =>
  withPage(context, async (page) => {
    await open(page, '', undefined);
    await page.getByText('ask for a place in the group viewer or operator').first().waitFor();
  }));

test('a sign-in that has ended goes through the sign-in pages again, to the same page', (context) =>
  withPage(context, async (page) => {
    await open(page, '#/budget', ['operator']);
    await page.getByRole('heading', { name: 'Budget' }).waitFor();
    const before = cognito.asked.filter((path) => path === '/oauth2/token').length;
    await page.evaluate(`sessionStorage.setItem('sign-in-session',
      JSON.stringify({ token: 'old', since: Date.now() - 3600000, endsAt: Date.now() + 60000 }))`);
    await page.reload();
    await eventually(() => {
      expect(cognito.asked.filter((path) => path === '/oauth2/token').length).toBe(before + 1);
    });
    await page.getByRole('heading', { name: 'Budget' }).waitFor();
    expect(page.url()).toBe(`${url}#/budget`);
  }));

test('a token that does not count just after the sign-in is told, and does not go round for ever', (context) =>
  withPage(context, async (page) => {
    await open(page, '#/budget', ['operator']);
    await page.getByRole('heading', { name: 'Budget' }).waitFor();
    const before = cognito.asked.length;
    await page.evaluate(`sessionStorage.setItem('sign-in-session',
      JSON.stringify({ token: 'bad', since: Date.now(), endsAt: Date.now() + 3600000 }))`);
    await page.reload();
    await page.getByText('the sign-in has ended: sign in again').first().waitFor();
    expect(cognito.asked.slice(before)).not.toContain('/oauth2/authorize');
  }));

test('a code that this browser did not ask for is not taken', (context) =>
  withPage(context, async (page) => {
    await open(page, '?code=stolen&state=forged', ['operator']);
    await page.getByText('This sign-in was not begun here.').waitFor();
    expect(page.url()).toBe(url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }));

test('signing out ends it here and at the sign-in pages', (context) =>
  withPage(context, async (page) => {
    await open(page, '', ['operator']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${cognito.origin}/logout*`);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ client_id: clientId, logout_uri: url });
  }));
