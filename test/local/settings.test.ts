import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLocalSettings, secretValues } from '../../local/settings.ts';
import { temporaryFolder } from './support.ts';

/** An environment whose settings file holds this. */
const withFile = (content: object): Record<string, string> => {
  const file = join(temporaryFolder(), 'settings.json');
  writeFileSync(file, JSON.stringify(content));
  return { SETTINGS_FILE: file };
};

const credentials = { MARKETO_SOAP_USER_ID: 'user', MARKETO_SOAP_ENCRYPTION_KEY: 'key' };

test('without any settings it is REST to the simulated Marketo, with a local write key', () => {
  const local = readLocalSettings(withFile({}));
  expect(local).toMatchObject({
    simulated: true,
    settings: { marketo: { api: 'rest', munchkinId: '000-AAA-000' }, hash: { classic: false } },
    secrets: { WRITE_KEYS: 'local-write-key' },
  });
  const secrets = Object.fromEntries(secretValues(local));
  expect(Object.keys(secrets)).toEqual(['ingest', 'marketo', 'hash']);
  expect(JSON.parse(secrets['ingest'] ?? '')).toEqual({
    writeKey: 'local-write-key',
    serverKey: 'local-server-key',
    webhookKey: 'local-webhook-key',
    deleteKey: 'local-delete-key',
    webhookSecret: 'local-webhook-secret',
  });
  expect(JSON.parse(secrets['hash'] ?? '')).toEqual({
    munchkinPrivateKey: 'simulated-munchkin-private-key',
    hashTokenSecret: 'local-hash-token-secret-of-this-machine',
  });
  expect(Object.keys(JSON.parse(secrets['marketo'] ?? '') as object)).toEqual([
    'restClientId',
    'restClientSecret',
    'soapUserId',
    'soapEncryptionKey',
  ]);
});

test('the settings file wins over the local defaults, and the environment over both', () => {
  const file = withFile({ marketo: { munchkinId: '561-HYG-937' }, fieldNames: 'pascal' });
  expect(readLocalSettings(file).settings).toMatchObject({
    marketo: { api: 'rest', munchkinId: '561-HYG-937' },
    fieldNames: 'pascal',
  });
  const env = { ...file, MARKETO_MUNCHKIN_ID: '111-BBB-222', HASH_CLASSIC: 'true' };
  expect(readLocalSettings(env).settings).toMatchObject({
    marketo: { munchkinId: '111-BBB-222' },
    hash: { classic: true },
  });
});

test('a wrong value is an error, never replaced by a local default', () => {
  const file = withFile({ marketo: { munchkinId: 'mine' } });
  expect(() => readLocalSettings(file)).toThrow(/marketo\.munchkinId/);
  expect(() => readLocalSettings({ ...withFile({}), MARKETO_API: 'smtp' })).toThrow(/MARKETO_API/);
});

test('with credentials it talks to the real Marketo, whose Munchkin id it asks for', () => {
  const env = { ...withFile({}), ...credentials };
  expect(() => readLocalSettings(env)).toThrow(/MARKETO_MUNCHKIN_ID\) is missing/);
  const local = readLocalSettings({ ...env, MARKETO_MUNCHKIN_ID: '561-hyg-937' });
  expect(local).toMatchObject({ simulated: false, settings: { marketo: { api: 'soap' } } });
  const values = secretValues(local);
  expect(JSON.parse(values.get('marketo') ?? '')).toEqual({
    restClientId: '',
    restClientSecret: '',
    soapUserId: 'user',
    soapEncryptionKey: 'key',
  });
  expect(values.has('hash')).toBe(true);
  expect(values.get('hash')).toBeUndefined();
  const withKey = readLocalSettings({
    ...env,
    MARKETO_MUNCHKIN_ID: '561-hyg-937',
    MUNCHKIN_PRIVATE_KEY: 'mine',
  });
  // No token that anybody could make is right for a private key that is real.
  expect(JSON.parse(secretValues(withKey).get('hash') ?? '')).toEqual({
    munchkinPrivateKey: 'mine',
    hashTokenSecret: '',
  });
});

test.each([
  [{ MARKETO_SOAP_USER_ID: 'user' }, /MARKETO_SOAP_USER_ID is set, but not .*ENCRYPTION_KEY/],
  [{ MARKETO_SOAP_ENCRYPTION_KEY: 'key' }, /but not MARKETO_SOAP_USER_ID:/],
  [{ MARKETO_SOAP_ENDPOINT: 'https://x.example' }, /MARKETO_SOAP_ENDPOINT is set, but not/],
])('a part of what a real Marketo needs is an error that names the rest: %o', (part, message) => {
  expect(() => readLocalSettings({ ...withFile({}), ...part })).toThrow(message);
});

test('with the credentials of an API it takes that API, and names what is missing of them', () => {
  const env = {
    MARKETO_REST_CLIENT_ID: 'client',
    MARKETO_REST_CLIENT_SECRET: 'secret',
    MARKETO_MUNCHKIN_ID: '561-HYG-937',
    SETTINGS_FILE: 'test/support/empty-settings.json',
  };
  expect(readLocalSettings(env)).toMatchObject({
    simulated: false,
    settings: { marketo: { api: 'rest' } },
  });
  expect(() => readLocalSettings({ ...env, MARKETO_REST_CLIENT_SECRET: '' })).toThrow(
    'MARKETO_REST_CLIENT_SECRET',
  );
});
