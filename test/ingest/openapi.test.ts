import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paths, routes } from '../../lambdas/ingest/routes.ts';
import { openApi } from '../../scripts/openapi/document.ts';
import { schemas } from '../../scripts/openapi/schemas.ts';
import { apiWith, goodToken } from '../hash/support.ts';
import { ingestWith, request } from './support.ts';

const described = JSON.parse(JSON.stringify(openApi())) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Every `$ref` in a tree. */
const refsIn = (tree: unknown): readonly string[] =>
  typeof tree !== 'object' || tree === null
    ? []
    : Object.entries(tree).flatMap(([key, value]) =>
        key === '$ref' ? [String(value)] : refsIn(value),
      );

describe('the OpenAPI description', () => {
  it('is served, and is the one that routes and schemas make', async () => {
    const asked = request('/v1/openapi.json', '', { method: 'GET' });
    const { answer } = await ingestWith().post({
      ...asked,
      requestContext: {
        ...asked.requestContext,
        http: { ...asked.requestContext.http, method: 'GET' },
      },
    });
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? ''), 'run `npm run docs`').toEqual(described);
    expect(described.openapi).toBe('3.1.0');
  });

  it('refers only to what is there', () => {
    for (const ref of refsIn(described)) {
      const [, , kind = '', name = ''] = ref.split('/');
      expect(described.components[kind], ref).toHaveProperty(name);
    }
  });

  it('has every route that is served, and no other', async () => {
    expect(Object.keys(described.paths).sort()).toEqual([...routes.keys(), '/v1/hash'].sort());
    for (const path of paths) {
      expect(Object.keys(described.paths[path] ?? {})).toEqual(['post']);
      const { status } = await ingestWith().post(request(path, {}));
      expect(status, path).not.toBe(404);
    }
    expect((await ingestWith().post(request('/v1/other', {}))).status).toBe(404);
  });

  it('gives each operation a name of its own', () => {
    const ids = Object.values(described.paths).flatMap((item) =>
      Object.values(item).map((operation) => (operation as { operationId: string }).operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the schemas', () => {
  const anything = fc.oneof(
    fc.constantFrom(null, '', 'text', 7, 1.5, true),
    fc.constant([]),
    fc.constant({}),
  );
  const message = (key: string) =>
    fc.record(
      {
        userId: fc.constantFrom('u-1', 7),
        messageId: fc.constantFrom('m-1', null, 'x'.repeat(101), true),
        context: fc.constantFrom({}, null),
        timestamp: fc.constantFrom('2026-01-31T10:00:00Z', 'never', null),
        [key]: anything,
      },
      { requiredKeys: ['userId'] },
    );

  it.each([
    ['/v1/identify', 'Identify', 'traits'],
    ['/v1/track', 'Track', 'event'],
    ['/v1/track', 'Track', 'properties'],
    ['/v1/page', 'Page', 'name'],
    ['/v1/page', 'Page', 'properties'],
    ['/v1/group', 'Group', 'traits'],
    ['/v1/alias', 'Unused', 'traits'],
  ] as const)('say of %s what the running function says (%s, %s)', async (path, name, key) => {
    const body = message(key).map((one) =>
      name === 'Track' && key !== 'event' ? { event: 'Signed Up', ...one } : one,
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const { status, said } = await ingestWith().post(request(path, sent));
        expect(status).toBe(schemas[name].safeParse(sent).success ? 200 : 400);
        const { success } = schemas[status === 200 ? 'Accepted' : 'Refused'].safeParse(said);
        expect(success).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('hold for batches and their partial answers', async () => {
    const good = { type: 'track', userId: 'u-1', event: 'Signed Up' };
    const batch = { batch: [good, { type: 'track', userId: 'u-1' }] };
    expect(schemas.Batch.safeParse(batch).success).toBe(true);
    const { status, said } = await ingestWith().post(request('/v1/batch', batch));
    expect(status).toBe(200);
    expect(schemas.Accepted.parse(said).errors).toHaveLength(1);
    expect(schemas.Batch.safeParse({ batch: [{ type: 'other' }] }).success).toBe(false);
  });

  it('hold for refusals without a key, and for hashes', async () => {
    const { status, said } = await ingestWith().post(
      request('/v1/identify', { userId: 'u-1' }, { headers: {} }),
    );
    expect(status).toBe(401);
    expect(schemas.Refused.safeParse(said).success).toBe(true);
    const asked = { token: goodToken() };
    expect(schemas.HashRequest.safeParse(asked).success).toBe(true);
    const { post } = apiWith();
    const bodyOf = async (sent: unknown): Promise<unknown> => {
      const { body = '' } = (await post(sent)) as { readonly body?: string };
      return JSON.parse(Buffer.from(body).toString()) as unknown;
    };
    expect(schemas.Hash.safeParse(await bodyOf(asked)).success).toBe(true);
    expect(schemas.Refused.safeParse(await bodyOf({})).success).toBe(true);
  });
});
