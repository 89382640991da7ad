import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ingestSecretSchema } from '../../lambdas/ingest/ingestSecret.ts';
import type { Sender } from '../../lambdas/ingest/senders.ts';

const said = ({ key, source, mayDelete }: Sender): string =>
  `${key}: ${source.kind} ${source.name}${mayDelete ? ', deletes' : ''}`;

const read = (secret: object) => {
  const { writeKeys, webhooks } = z.parse(ingestSecretSchema, secret);
  return [...writeKeys.map(said), ...webhooks.map((one) => `${said(one)}, signs`)];
};

describe('the secret of ingest', () => {
  it.each([
    [{ writeKey: 'a' }, ['a: browser default']],
    [{ writeKeys: ['a', ' b '] }, ['a: browser default', 'b: browser default']],
    [{ writeKey: 'a, b' }, ['a: browser default', 'b: browser default']],
    [{ writeKey: 'a', deleteKey: 'd' }, ['d: browser delete, deletes', 'a: browser default']],
    [
      { writeKey: 'a', webhookSecret: 'w' },
      ['a: browser default', 'w: browser webhook, deletes, signs'],
    ],
  ])('from before keys had kinds means what it meant, as browser keys: %j', (secret, keys) => {
    expect(read(secret)).toEqual(keys);
  });

  it('names a server key beside that of the pages', () => {
    expect(read({ writeKey: 'a', serverKey: 's' })).toEqual([
      's: server server',
      'a: browser default',
    ]);
  });

  it('may give each source a name, a kind, keys and a webhook of its own', () => {
    const sources = {
      crm: { kind: 'server', key: 'c1, c2', mayDelete: true },
      website: { kind: 'browser', key: 'w' },
      segment: { kind: 'server', webhookSecret: 's' },
      app: { kind: 'browser', webhookSecret: 't' },
    };
    expect(read({ sources })).toEqual([
      'c1: server crm, deletes',
      'c2: server crm, deletes',
      'w: browser website',
      's: server segment, deletes, signs',
      't: browser app, signs',
    ]);
  });

  it.each([
    {},
    { writeKeys: [] },
    { writeKey: '' },
    { writeKey: ' ' },
    { writeKeys: [''] },
    { sources: {} },
    { sources: { crm: { kind: 'server', key: ' ' } } },
  ])('opens nothing without a key: %j', (secret) => {
    expect(z.safeParse(ingestSecretSchema, secret).success).toBe(false);
  });

  it.each<[object, string]>([
    [{ kind: 'browser', key: 'a', mayDelete: true }, 'lets a page delete'],
    [{ key: 'a' }, 'has no kind'],
    [{ kind: 'sever', key: 'a' }, 'has a kind that there is not'],
    [{ kind: 'server', keys: ['a'] }, 'has a key that there is not'],
  ])('is refused where a source %j, since it %s', (source) => {
    const secret = { writeKey: 'b', sources: { crm: source } };
    expect(z.safeParse(ingestSecretSchema, secret).success).toBe(false);
  });

  it('is refused where a name could not stand in a metric', () => {
    const secret = { writeKey: 'b', sources: { 'ada@example.com': { kind: 'server', key: 'a' } } };
    expect(z.safeParse(ingestSecretSchema, secret).success).toBe(false);
  });
});
