import { describe, expect, it } from 'vitest';
import { OperationsError } from '../../../operations/error.ts';
import { createCheck } from '../../../operations/check/check.ts';
import { checked, credentials, ingestAnswering, marketoWith, named, partsWith } from './support.ts';

const endpoints = async () => {
  const { restEndpoint, soapEndpoint } = await marketoWith();
  return { restEndpoint, soapEndpoint };
};

describe('check of a destination in which all is well', () => {
  it('finds nothing wrong over REST', async () => {
    const checks = await checked({ marketo: { api: 'rest', ...(await endpoints()) } });
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      'write key',
      'ingest',
      'Marketo credentials',
      'Marketo',
      'mapping',
      'fields that events bring',
      'userId',
      'Munchkin private key',
      'queues',
      'leads table',
      'dead letters',
    ]);
    expect(named(checks, 'Marketo')[0]?.says).toMatch(
      /^Marketo 561-HYG-937 takes our credentials over REST, and its leads have \d+ fields\.$/,
    );
  });

  it('warns over SOAP of nothing but of SOAP itself', async () => {
    const checks = await checked({ marketo: { api: 'soap', ...(await endpoints()) } });
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([
      {
        name: 'SOAP API',
        state: 'warning',
        says: 'Adobe removed the SOAP API on 2026-07-31, so it reaches only the server that marketo.soapEndpoint names.',
        todo: 'Set marketo.api to rest, fill in the credentials of the REST API, and deploy.',
      },
    ]);
    expect(named(checks, 'Marketo')).toHaveLength(1);
  });

  it.each(['rest', 'soap'] as const)(
    'costs one call over %s, counted as any other',
    async (api) => {
      const { simulator, restEndpoint, soapEndpoint } = await marketoWith();
      const { parts, counted } = await partsWith({ marketo: { api, restEndpoint, soapEndpoint } });
      await createCheck(parts)();
      expect(simulator.calls()).toHaveLength(1);
      const days = [...counted].filter(([key]) => key.startsWith(`budget#${api}#day#`));
      expect(days.map(([, { used }]) => used)).toEqual([1]);
    },
  );
});

describe('secrets', () => {
  it.each([
    [undefined, 'no write key'],
    ['not JSON', 'no write key'],
    ['{"writeKey":" "}', 'no write key'],
  ])('that hold %j in the place of a write key are wrong', async (ingest, words) => {
    const checks = await checked({ secrets: { ingest, marketo: '{}' } });
    expect(named(checks, 'write key')).toMatchObject([
      { state: 'wrong', says: expect.stringContaining(words) as string },
    ]);
    expect(named(checks, 'ingest')).toEqual([]);
  });

  it.each([
    ['rest', { restClientId: '' }, 'The secret stack/marketo has no restClientId.'],
    ['rest', { restClientSecret: ' ' }, 'The secret stack/marketo has no restClientSecret.'],
    [
      'soap',
      { soapUserId: '', soapEncryptionKey: '' },
      'The secret stack/marketo has no soapUserId and no soapEncryptionKey.',
    ],
  ] as const)('of Marketo over %s that are blank are named: %j', async (api, blank, says) => {
    const { simulator, ...at } = await marketoWith();
    const checks = await checked({
      marketo: { api, restEndpoint: at.restEndpoint, soapEndpoint: at.soapEndpoint },
      secrets: { marketo: JSON.stringify({ ...credentials, ...blank }) },
    });
    expect(named(checks, 'Marketo credentials')).toMatchObject([{ state: 'wrong', says }]);
    expect(named(checks, 'Marketo')).toEqual([]);
    expect(simulator.calls()).toEqual([]);
  });

  it('may leave the other API blank, but not out', async () => {
    const blank = { ...credentials, soapUserId: '', soapEncryptionKey: '' };
    const { restClientId, restClientSecret } = credentials;
    const without = { restClientId, restClientSecret };
    const at = await endpoints();
    const look = async (marketo: object) =>
      named(
        await checked({ marketo: at, secrets: { marketo: JSON.stringify(marketo) } }),
        'Marketo credentials',
      )[0]?.state;
    expect(await look(blank)).toBe('ok');
    expect(await look(without)).toBe('wrong');
  });

  it.each([
    ['nobody uses hashes', { access: 'token', classic: false }, '', 'ok'],
    ['the classic path is open', { access: 'token', classic: true }, '', 'wrong'],
    ['pages ask for hashes', { access: 'origins', classic: false }, '', 'wrong'],
    ['no token could be right', { access: 'token', classic: false }, 'key', 'warning'],
    ['the classic path has its key', { access: 'token', classic: true }, 'key', 'ok'],
  ] as const)('of Munchkin are judged by their use: %s', async (_what, hash, key, state) => {
    const checks = await checked({
      settings: { hash: { ...hash, allowedOrigins: [] } },
      secrets: { marketo: '{}', hash: JSON.stringify({ munchkinPrivateKey: key }) },
    });
    expect(named(checks, 'Munchkin private key')).toMatchObject([{ state }]);
  });

  it('never get into what is said', async () => {
    const secret = 'very-secret-indeed';
    const checks = await checked({
      marketo: { restEndpoint: (await endpoints()).restEndpoint },
      secrets: {
        ingest: JSON.stringify({ writeKey: secret }),
        marketo: JSON.stringify({ ...credentials, restClientSecret: secret }),
        hash: JSON.stringify({ munchkinPrivateKey: secret, hashTokenSecret: 'short' }),
      },
    });
    expect(named(checks, 'Marketo')).toMatchObject([{ state: 'wrong' }]);
    expect(named(checks, 'Munchkin private key')).toMatchObject([{ state: 'wrong' }]);
    expect(JSON.stringify(checks)).not.toContain(secret);
  });
});

describe('ingest', () => {
  const look = async (status: number, body: object) => {
    const ingestUrl = await ingestAnswering(status, body);
    return named(await checked({ secrets: { marketo: '{}' }, parts: { ingestUrl } }), 'ingest')[0];
  };

  it.each([
    [401, { code: 'unauthorized' }, 'wrong', /does not take the write key/],
    [429, { message: 'Too Many Requests' }, 'warning', /more requests than it may take/],
    [503, { code: 'unavailable' }, 'wrong', /HTTP 503: the function cannot do its work/],
    [404, { message: 'Not Found' }, 'wrong', /is not ingest \(HTTP 404\)/],
    [200, { success: true }, 'wrong', /is not ingest \(HTTP 200\)/],
    [400, { code: 'invalid_request' }, 'wrong', /is not ingest \(HTTP 400\)/],
  ] as const)('that answers %i with %j is %s', async (status, body, state, says) => {
    const check = await look(status, body);
    expect(check).toMatchObject({ state, says: expect.stringMatching(says) as string });
    expect(check?.todo).toBeTruthy();
  });

  it('that nobody answers for cannot be reached', async () => {
    const parts = { ingestUrl: 'http://127.0.0.1:1' };
    const checks = await checked({ secrets: { marketo: '{}' }, parts });
    expect(named(checks, 'ingest')).toMatchObject([
      {
        state: 'wrong',
        says: expect.stringContaining('http://127.0.0.1:1 cannot be reached') as string,
      },
    ]);
  });
});

describe('queues, table and dead letters', () => {
  const dead = (because: string) => ({
    id: because,
    because,
    kind: 'lead' as const,
    fields: [],
    activities: 0,
    messages: [],
  });

  it('tell how much is on the queues', async () => {
    const events = { waiting: 3, delayed: 0, inFlight: 2 };
    const ticks = { waiting: 1, delayed: 4, inFlight: 0 };
    const queues = () => Promise.resolve({ events, ticks, deadEvents: ticks });
    const checks = await checked({ secrets: { marketo: '{}' }, parts: { queues } });
    expect(named(checks, 'queues')[0]?.says).toContain('5 messages are on the events queue and 5');
  });

  it('are wrong where the user may not see them, with what to do', async () => {
    const message = 'your AWS user may not do this: allow it the action sqs:GetQueueAttributes';
    const queues = () => Promise.reject(new OperationsError('denied', message));
    const table = { read: () => Promise.reject(new Error('jane@example.com')) };
    const checks = await checked({ secrets: { marketo: '{}' }, parts: { queues, table } });
    expect(named(checks, 'queues')).toEqual([
      {
        name: 'queues',
        state: 'wrong',
        says: 'Your AWS user may not do this.',
        todo: 'Allow it the action sqs:GetQueueAttributes.',
      },
    ]);
    expect(named(checks, 'leads table')).toMatchObject([
      { state: 'wrong', says: 'It could not be looked at (Error).' },
    ]);
  });

  it('count the dead letters over pages, and give the commonest reasons', async () => {
    const pages = [
      { dead: [dead('a'), dead('b')], next: '1' },
      { dead: [], next: '2' },
      { dead: [dead('b')] },
    ];
    const checks = await checked({
      secrets: { marketo: '{}' },
      parts: { dead: (after = '0') => Promise.resolve(pages[Number(after)] ?? { dead: [] }) },
    });
    expect(named(checks, 'dead letters')).toMatchObject([
      { state: 'warning', says: '3 dead letters wait for a decision (2: b; 1: a).' },
    ]);
  });

  it.each([
    ['None were found, but so much waits that not all of it', { dead: [], next: 'more' }],
    ['About 3 events wait for a decision that cannot be seen now.', { dead: [], hidden: 3 }],
    ['More than 1 dead letters wait', { dead: [dead('a')], hidden: 3 }],
  ])('say so where not all could be seen: %s', async (says, page) => {
    const checks = await checked({
      secrets: { marketo: '{}' },
      parts: { dead: () => Promise.resolve(page) },
    });
    expect(named(checks, 'dead letters')).toMatchObject([
      {
        state: 'warning',
        says: expect.stringContaining(says) as string,
        todo: expect.any(String) as string,
      },
    ]);
  });

  it('are none where all was looked through', async () => {
    const checks = await checked({ secrets: { marketo: '{}' } });
    expect(named(checks, 'dead letters')).toMatchObject([{ state: 'ok', says: 'There are none.' }]);
  });

  it('stop counting where there are very many', async () => {
    const page = { dead: Array.from({ length: 60 }, () => dead('a')), next: 'more' };
    const checks = await checked({
      secrets: { marketo: '{}' },
      parts: { dead: () => Promise.resolve(page) },
    });
    expect(named(checks, 'dead letters')[0]?.says).toMatch(/^More than 120 dead letters wait/);
  });
});
