import { describe, expect, expectTypeOf, it } from 'vitest';
import { handedSettings } from '../../lambdas/settings/handed.ts';
import {
  environmentOf,
  functionSettings,
  lambdaSettings,
  mappingOf,
  readSettings,
  SettingsError,
  type FunctionName,
  type Settings,
} from '../../lambdas/settings.ts';

const settings = readSettings({
  file: 'settings.example.json',
  env: {
    MARKETO_WORKSPACE: 'EMEA',
    MARKETO_SOAP_ENDPOINT: 'https://soap.example.com/x',
    NULLS: 'clear',
    HOLD_DAYS: '7.5',
    HASH_CLASSIC: 'true',
  },
});

const functions = Object.keys(functionSettings) as FunctionName[];

const at = (tree: unknown, path: string): unknown =>
  path.split('.').reduce((one, key) => (one as Record<string, unknown> | undefined)?.[key], tree);

describe('what a function gets of the settings', () => {
  describe.each(functions)('reaches %s', (fn) => {
    it.each([lambdaSettings, handedSettings])('whole through its environment', (read) => {
      const handed = read(fn, environmentOf(settings, fn));
      for (const path of functionSettings[fn]) expect(at(handed, path)).toEqual(at(settings, path));
    });

    it('with the schema’s defaults where a variable is not there yet', () => {
      const env = { MARKETO_API: 'rest', MARKETO_MUNCHKIN_ID: '561-HYG-937' };
      expect(handedSettings(fn, env)).toEqual(lambdaSettings(fn, env));
    });
  });

  it('is no part of the mapping, which goes with the code', () => {
    const fieldMap = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`someTrait${n}`, `Some_Field_${n}`]),
    );
    const long: Settings = { ...settings, fieldMap };
    expect(environmentOf(long, 'absorb')).toEqual(environmentOf(settings, 'absorb'));
    expect(mappingOf(long).fieldMap).toEqual(fieldMap);
  });

  it('is nothing else', () => {
    expect(environmentOf(settings, 'ingest')).toEqual({
      CONSENT_CATEGORIES: '[]',
      CONSENT_WHEN_ABSENT: 'drop',
      LAMBDA_DESTINATION_KIND: 'browser',
      LAMBDA_DESTINATION_MAY_DELETE: 'false',
      HISTORY_DAYS: '30',
      HISTORY_PAYLOADS: 'false',
    });
    expect(environmentOf(settings, 'hash')).toEqual({
      HASH_ACCESS: 'token',
      HASH_CLASSIC: 'true',
      HASH_ALLOWED_ORIGINS: '["https://www.example.com"]',
    });
    expect(
      lambdaSettings('hash', { ...environmentOf(settings, 'sync'), HASH_CLASSIC: 'false' }),
    ).toEqual({ hash: { access: 'token', classic: false, allowedOrigins: [] } });
  });

  it('is text for text and JSON for the rest, and leaves out what is not set', () => {
    expect(environmentOf(settings, 'absorb')).toEqual({
      MARKETO_API: 'rest',
      HISTORY_DAYS: '30',
      HISTORY_PAYLOADS: 'false',
      AUDIENCES: 'all',
      MARKETO_MUNCHKIN_ID: '561-HYG-937',
      MARKETO_DELETE_LEADS: 'false',
      MARKETO_LOOKUP_FIELD: 'email',
      FIELD_NAMES: 'segment',
      NULLS: 'clear',
      EMAIL_CHANGE: 'rename',
      SERVER_FIELDS: '[]',
      VISITS_PAGE: 'all',
      VISITS_TRACK: 'all',
      VISITOR_DOMAIN: 'segment',
      RESEND_UNCHANGED_AFTER_HOURS: '24',
      HOLD_DAYS: '7.5',
    });
  });

  it('has the type of its part of all settings', () => {
    const sync = lambdaSettings('sync', environmentOf(settings, 'sync'));
    expectTypeOf(sync.marketo.api).toEqualTypeOf<Settings['marketo']['api']>();
    expectTypeOf(sync.marketo.workspace).toEqualTypeOf<string | undefined>();
    expectTypeOf(sync).not.toHaveProperty('fieldMap');
    expect(sync.marketo.workspace).toBe('EMEA');
  });
});

describe('a function whose environment is wrong', () => {
  const failing = (env: Record<string, string>): string => {
    try {
      lambdaSettings('sync', env);
    } catch (error) {
      if (error instanceof SettingsError) return error.message;
    }
    return '';
  };

  it('does not start, and names the variables', () => {
    const message = failing({ HOLD_DAYS: 'soon', MARKETO_API: 'soap', MARKETO_WORKSPACE: '' });
    expect(message).toContain('The settings have 3 problems:');
    expect(message).toContain('holdDays (HOLD_DAYS) is not JSON in the environment.');
    expect(message).toContain('marketo.workspace (MARKETO_WORKSPACE) is empty in the environment.');
    expect(message).toContain('marketo.munchkinId (MARKETO_MUNCHKIN_ID) is missing.');
  });

  it('does not start either by what is read without the schema', () => {
    const env = environmentOf(settings, 'sync');
    expect(() => handedSettings('sync', { ...env, HOLD_DAYS: 'soon' })).toThrow(
      'HOLD_DAYS is not JSON: deploy again, which writes the variables of all functions.',
    );
    expect(() => handedSettings('sync', { MARKETO_API: 'rest' })).toThrow(
      'MARKETO_MUNCHKIN_ID is not set: deploy again, which writes the variables of all functions.',
    );
  });

  it('says which value is wrong without showing it', () => {
    const message = failing({ MARKETO_API: 'soap', MARKETO_MUNCHKIN_ID: 'c0ffee' });
    expect(message).toContain(
      'marketo.munchkinId (MARKETO_MUNCHKIN_ID) in the environment has a wrong',
    );
    expect(message).not.toContain('c0ffee');
  });
});

it('settings that are too long for a function’s environment stop the deployment by name', () => {
  const serverFields = Array.from({ length: 300 }, (_, n) => `Some_Field_${n}`);
  const long: Settings = { ...settings, serverFields };
  expect(() => environmentOf(long, 'absorb')).toThrow(/SERVER_FIELDS is too long/);
});
