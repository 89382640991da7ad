import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIngestHistory } from '../../lambdas/aws/ingestHistory.ts';
import { description } from '../../lambdas/ingest/openApi.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type * as SoapPart from '../../lambdas/marketo/soap/soapClient.ts';
import { build } from '../../scripts/build.ts';
import { serveSimulator } from '../../simulator/server.ts';
import { temporaryFolder } from './support.ts';

const folder = temporaryFolder();
const require = createRequire(import.meta.url);

const handlers = {
  ingest: "export const handler = (): string => 'ingest';",
  absorb: "export const handler = (): string => 'absorb';",
  sync: "export const handler = (): string => 'sync';",
  hash: "import { createHash } from 'node:crypto';\nexport const handler = (): string => createHash('sha1').update('a').digest('hex');",
};

it('each handler becomes one CommonJS file that Lambda can load, its map beside it', async () => {
  for (const [name, code] of Object.entries(handlers)) {
    mkdirSync(join(folder, 'lambdas', name), { recursive: true });
    writeFileSync(join(folder, 'lambdas', name, `${name}Handler.ts`), `${code}\n`);
  }
  const out = join(folder, 'dist');
  await build(out, folder);

  const load = (name: string): Record<string, () => string> =>
    require(join(out, name, 'index.cjs')) as Record<string, () => string>;
  expect(load('ingest')['handler']?.()).toBe('ingest');
  expect(load('absorb')['handler']?.()).toBe('absorb');
  expect(load('sync')['handler']?.()).toBe('sync');
  expect(load('hash')['handler']?.()).toBe('86f7e437faa5a7fce15d1ddcb9eaeaea377667b8');
  expect(readdirSync(join(out, 'hash')).toSorted()).toEqual(['index.cjs', 'index.cjs.map']);
});

it('a handler that does not bundle stops the build', async () => {
  const broken = join(folder, 'broken');
  for (const name of Object.keys(handlers)) {
    mkdirSync(join(broken, 'lambdas', name), { recursive: true });
    writeFileSync(join(broken, 'lambdas', name, `${name}Handler.ts`), "import './nowhere.ts';\n");
  }
  await expect(build(join(broken, 'dist'), broken)).rejects.toThrow(/nowhere/);
});

describe('the bundles of this project', () => {
  const out = join(folder, 'ours');
  const filesOf = (name: string) =>
    readdirSync(join(out, name))
      .filter((file) => file.endsWith('.cjs'))
      .toSorted();
  const codeOf = (name: string) => readFileSync(join(out, name, 'index.cjs'), 'utf8');

  it('hold what each run needs, and what few runs need beside them', async () => {
    await build(out);

    expect(filesOf('ingest')).toEqual(['description.cjs', 'history.cjs', 'index.cjs']);
    expect(filesOf('absorb')).toEqual(['index.cjs']);
    expect(filesOf('sync')).toEqual(['index.cjs', 'soap.cjs']);
    expect(filesOf('hash')).toEqual(['index.cjs']);

    const soap = require(join(out, 'sync', 'soap.cjs')) as Record<string, unknown>;
    expect(soap['createSoapMarketo']).toBeTypeOf('function');
    expect(codeOf('sync')).not.toContain('soap:Envelope');
    const history = require(join(out, 'ingest', 'history.cjs')) as Record<string, unknown>;
    expect(history[openIngestHistory.name]).toBeTypeOf('function');
    expect(codeOf('ingest')).not.toContain('DynamoDB_20120810');
    expect(require(join(out, 'ingest', 'description.cjs'))).toMatchObject({ description });
  });

  it('speak SOAP without what the soap package never uses for it', async () => {
    const code = readFileSync(join(out, 'sync', 'soap.cjs'), 'utf8');
    for (const unused of ['NTLMSSP', 'RSA-SHA1', 'application/vnd.ms-excel'])
      expect(code).not.toContain(unused);
    const { createSoapMarketo } = require(join(out, 'sync', 'soap.cjs')) as typeof SoapPart;
    const credentials = { userId: 'user', encryptionKey: 'key' };
    const clock = { now: () => epochMs(Date.now()) };
    const munchkinId = '000-AAA-000';
    const rest = { clientId: 'id', clientSecret: 'secret' };
    const served = await serveSimulator({ port: 0, clock, munchkinId, credentials, rest });
    onTestFinished(served.close);
    const marketo = createSoapMarketo({
      ...{ endpoint: served.soapEndpoint, munchkinId, clock },
      credentials: () => Promise.resolve(credentials),
    });
    const deadline = epochMs(clock.now() + 600_000);
    expect((await marketo.fields(deadline)).has('Email')).toBe(true);
    const update = { lead: 'lead' as LeadId, email: 'jane@example.com' };
    const fields = [{ name: 'Title', value: 'CTO' }];
    expect(await marketo.sync([{ ...update, fields }], deadline)).toMatchObject({
      each: [{ kind: 'synced' }],
    });
    expect(served.simulator.leads()).toMatchObject([
      { email: 'jane@example.com', fields: { Title: 'CTO' } },
    ]);
  });

  it('hold nothing that only the deployment needs: the settings’ schema and what people are told of it', () => {
    for (const name of Object.keys(handlers))
      expect(codeOf(name)).not.toContain('docs/configuration.md');
  });

  it('hold no rules of the mapping where events are not read', () => {
    const rules = 'is neither true nor false';
    expect(codeOf('absorb')).toContain(rules);
    for (const name of ['ingest', 'sync', 'hash']) expect(codeOf(name)).not.toContain(rules);
  });

  it('take credentials from the environment, and hold no other way to them', () => {
    for (const name of Object.keys(handlers)) {
      expect(codeOf(name)).toContain('AWS_SECRET_ACCESS_KEY');
      expect(codeOf(name)).not.toContain('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
      expect(codeOf(name)).not.toContain('GetRoleCredentials');
    }
  });
});
