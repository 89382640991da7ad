import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { createAnswers, type Action } from '../../../../operations/console/answers.ts';
import { createPage } from '../../../../operations/console/page.ts';
import { createConsoleApi } from '../../../../operations/console/served/api.ts';
import { createCallers } from '../../../../operations/console/served/callers.ts';
import { OperationsError } from '../../../../operations/error.ts';
import type { PersonalData } from '../../../../operations/console/sight.ts';
import { detailsView, fakeOperations, info, leadView } from '../support.ts';
import { knownPeople } from './people.ts';
import { clientId, cognitoForTest } from './cognito.ts';

const file = (text: string) => () => Promise.resolve(Buffer.from(text));
const files = {
  html: file('<html><head></head></html>'),
  styles: file('a{}'),
  program: file('1'),
};

const request = (path: string, method: string, more: Partial<APIGatewayProxyEventV2> = {}) =>
  ({
    rawPath: path,
    headers: {},
    isBase64Encoded: false,
    requestContext: { http: { method } },
    ...more,
  }) as APIGatewayProxyEventV2;

/** The console's function before the stand-in for Cognito. */
const served = async (operations = fakeOperations(), personalData?: PersonalData) => {
  const cognito = await cognitoForTest();
  const signIn = { origin: cognito.origin, clientId };
  const actions: Action[] = [];
  const handler = createConsoleApi({
    answers: createAnswers({
      operations,
      info,
      page: createPage(files, signIn),
      ...(personalData && { personalData }),
      log: (action) => actions.push(action),
    }),
    callers: createCallers({ issuer: cognito.origin, clientId }),
  });
  const call = async (name: string, token: string | undefined, body: unknown = {}) => {
    const { statusCode, body: text = '' } = await handler(
      request(`/console/api/${name}`, 'POST', {
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      }),
    );
    return [statusCode, JSON.parse(text) as Record<string, unknown>] as const;
  };
  return { handler, call, cognito, actions, operations };
};

describe('the console of a stack', () => {
  it('answers a user of a group, and says what they may do', async () => {
    const { call, cognito } = await served();
    const viewer = await cognito.token({ groups: ['viewer'] });
    expect(await call('info', viewer)).toEqual([200, { ...info, role: 'viewer' }]);
    expect(await call('flow', viewer)).toMatchObject([200, { deadLetters: {} }]);
    const both = await cognito.token({ groups: ['viewer', 'operator', 'more'] });
    expect(await call('info', both)).toMatchObject([200, { role: 'operator' }]);
  });

  it('answers 401 to a token that is missing, expired, forged, or of another client, pool or kind', async () => {
    const { call, cognito, operations } = await served();
    const { privateKey } = await generateKeyPair('RS256');
    const bad = {
      missing: undefined,
      'no token': 'nonsense',
      expired: await cognito.token({ endsInSeconds: -60 }),
      'another client': await cognito.token({ client_id: 'another' }),
      'an ID token': await cognito.token({ token_use: 'id' }),
      'another pool': await cognito.token({ issuer: 'https://cognito.example.com/another' }),
      forged: await cognito.token({ key: privateKey }),
    };
    for (const [what, token] of Object.entries(bad))
      expect([what, ...(await call('flow', token))]).toMatchObject([
        what,
        401,
        { code: 'signed-out' },
      ]);
    expect(operations.asked).toEqual([]);
  });

  it('answers 403 to a user of no group, and to a viewer who wants to do something', async () => {
    const { call, cognito, operations } = await served();
    for (const groups of [undefined, ['others']])
      expect(await call('flow', await cognito.token({ groups }))).toMatchObject([
        403,
        { code: 'denied', message: expect.stringContaining('viewer or operator') as string },
      ]);
    const viewer = await cognito.token({ groups: ['viewer'] });
    for (const [name, body] of [
      ['resend', { ids: ['a'] }],
      ['drop', { ids: ['a'] }],
      ['send', { event: {} }],
      ['erase', { user: 'u' }],
      ['preview', { event: {}, source: 'server' }],
      ['check', {}],
    ] as const)
      expect([name, ...(await call(name, viewer, body))]).toMatchObject([
        name,
        403,
        { code: 'denied' },
      ]);
    expect(operations.asked).toEqual([]);
  });

  it('writes down what an operator does, with who it was, and nothing of what is in it', async () => {
    const { call, cognito, actions } = await served();
    const token = await cognito.token({ sub: 'sub-1' });
    await call('flow', token);
    await call('resend', token, { ids: ['a', 'b'] });
    await call('erase', token, { user: 'jane@example.com' });
    expect(actions).toEqual([
      { call: 'resend', user: 'sub-1', outcome: 'done', count: 2 },
      { call: 'erase', user: 'sub-1', outcome: 'done', messageId: 'test-1' },
    ]);
    expect(JSON.stringify(actions)).not.toContain('jane');
  });

  it('writes down also what failed', async () => {
    const failing = {
      ...fakeOperations(),
      drop: () => Promise.reject(new OperationsError('unreachable', 'no')),
    };
    const { call, cognito, actions } = await served(failing);
    expect((await call('drop', await cognito.token(), { ids: ['a'] }))[0]).toBe(502);
    expect(actions).toMatchObject([{ call: 'drop', outcome: 'failed' }]);
  });

  it('shows viewers who people are only where they reveal it, if so set, and writes that down', async () => {
    const { call, cognito, actions } = await served(knownPeople(), 'reveal');
    const viewer = await cognito.token({ groups: ['viewer'], sub: 'sub-2' });
    const secrets = /jane|secret/;
    expect(await call('info', viewer)).toMatchObject([200, { personalData: 'reveal' }]);
    const { message } = detailsView;
    for (const [name, body] of [
      ['lead', { lead: leadView.lead }],
      ['event', { message }],
      ['details', { message }],
      ['events', { filter: {}, most: 1 }],
      ['people', { part: 'jane' }],
      ['dead', {}],
    ] as const) {
      const [status, answer] = await call(name, viewer, body);
      expect([name, status]).toEqual([name, 200]);
      expect([name, JSON.stringify(answer)]).not.toMatchObject([
        name,
        expect.stringMatching(secrets),
      ]);
    }
    expect(actions).toEqual([]);
    expect(await call('reveal', viewer, { lead: leadView.lead })).toMatchObject([
      200,
      { address: 'jane@example.com', fields: [{ value: 'secret value' }] },
    ]);
    expect(await call('reveal', viewer, { message })).toMatchObject([
      200,
      { email: 'jane@example.com', received: '{"secret":1}' },
    ]);
    expect(actions).toEqual([
      { call: 'reveal', user: 'sub-2', outcome: 'done', of: { lead: leadView.lead } },
      { call: 'reveal', user: 'sub-2', outcome: 'done', of: { message } },
    ]);
  });

  it('reveals nothing to viewers where personal data is hidden, and everything to operators', async () => {
    const { call, cognito, actions, operations } = await served(knownPeople(), 'hidden');
    const viewer = await cognito.token({ groups: ['viewer'] });
    expect(await call('reveal', viewer, { message: detailsView.message })).toMatchObject([
      403,
      { code: 'denied', message: expect.stringContaining('ask an operator') as string },
    ]);
    expect(operations.asked).toEqual([]);
    expect(actions).toMatchObject([{ call: 'reveal', outcome: 'failed' }]);
    const operator = await cognito.token();
    expect((await call('info', operator))[1]).not.toHaveProperty('personalData');
    expect(await call('lead', operator, { lead: leadView.lead })).toMatchObject([
      200,
      { address: 'jane@example.com' },
    ]);
    expect(await call('reveal', operator, { lead: 'jane' })).toMatchObject([400, {}]);
    expect(JSON.stringify(actions)).not.toContain('jane');
  });

  it('says that it cannot check a token while the keys of the sign-in cannot be read', async () => {
    const { call, cognito } = await served();
    const token = await cognito.token();
    await cognito.close();
    expect(await call('flow', token)).toMatchObject([502, { code: 'unreachable' }]);
  });

  it('gives everybody its page, which says where to sign in, under a policy that allows only that', async () => {
    const { handler, cognito } = await served();
    const { statusCode, headers, body } = await handler(request('/console', 'GET'));
    expect(statusCode).toBe(200);
    expect(body).toContain(`&quot;origin&quot;:&quot;${cognito.origin}&quot;`);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining(
        `connect-src 'self' ${cognito.origin};`,
      ) as string,
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    });
    expect((await handler(request('/console/nothing', 'GET'))).statusCode).toBe(404);
    expect((await handler(request('/console/api/flow', 'GET'))).statusCode).toBe(401);
  });

  it('keeps no answer on the way, and takes a body however API Gateway brings it', async () => {
    const { handler, cognito } = await served();
    const { statusCode, headers } = await handler(
      request('/console/api/lead', 'POST', {
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await cognito.token()}`,
        },
        isBase64Encoded: true,
        body: Buffer.from('{"email":"jane@example.com"}').toString('base64'),
      }),
    );
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});
