import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../lambdas/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const fileOf = (content: unknown): string => {
  files += 1;
  const file = join(folder, `${files}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const marketo = { api: 'soap', munchkinId: '561-HYG-937' };
/** How leads are found and made where no setting says otherwise. */
const leadDefaults = {
  lookupField: 'email',
  leads: 'createOrUpdate',
  deleteLeads: false,
  bulkImport: true,
};
const required = { MARKETO_API: 'soap', MARKETO_MUNCHKIN_ID: '561-HYG-937' };

const problemsWith = (content: unknown, env: Record<string, string> = {}): readonly string[] => {
  try {
    readSettings({ file: fileOf(content), env });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ wrong, remedy }) => `${wrong} ${remedy}`);
  }
  return [];
};

describe('settings that are good', () => {
  it('come from a file, with defaults for what it leaves out', () => {
    expect(readSettings({ file: fileOf({ marketo, holdDays: 14 }), env: {} })).toEqual({
      marketo: { ...marketo, ...leadDefaults },
      duplicates: 'newest',
      domain: {},
      emailChange: 'rename',
      removal: 'retain',
      fieldNames: 'segment',
      unknownFields: 'skip',
      fieldMap: {},
      fieldPolicies: {},
      nulls: 'skip',
      activities: {},
      events: 'all',
      audiences: 'all',
      serverFields: [],
      visits: { page: 'all', track: 'all' },
      webhook: {},
      consent: { categories: [], whenAbsent: 'drop' },
      visitorDomain: 'segment',
      resendUnchangedAfterHours: 24,
      holdDays: 14,
      hash: { access: 'token', classic: false, allowedOrigins: [] },
      lambdaDestination: {
        externalIds: [],
        principalArn: 'arn:aws:iam::595280932656:root',
        kind: 'browser',
        mayDelete: false,
      },
      browserScript: { serve: true },
      console: { serve: false, identityProviders: ['COGNITO'], personalData: 'shown' },
      throttle: { requestsPerSecond: 500, burst: 1_000, hashRequestsPerSecond: 20, hashBurst: 40 },
      history: { days: 30, payloads: false },
      logDays: 30,
      stackName: 'marketo-destination',
      sourceSilentHours: {},
    });
  });

  it('come from the environment alone when there is no file', () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(readSettings({ env: required }).marketo).toEqual({ ...marketo, ...leadDefaults });
    } finally {
      process.chdir(before);
    }
  });

  it('come from the file that SETTINGS_FILE names', () => {
    const env = { SETTINGS_FILE: fileOf({ marketo, holdDays: 3 }) };
    expect(readSettings({ env }).holdDays).toBe(3);
  });

  it('of the environment win over the file, each alone', () => {
    const settings = readSettings({
      file: fileOf({ marketo, hash: { allowedOrigins: ['https://a.example'] }, nulls: 'clear' }),
      env: { MARKETO_MUNCHKIN_ID: '111-abc-222', HASH_CLASSIC: 'true', FIELD_MAP: '{"a":false}' },
    });
    expect(settings.marketo).toEqual({ ...leadDefaults, api: 'soap', munchkinId: '111-ABC-222' });
    expect(settings.hash).toEqual({
      access: 'token',
      classic: true,
      allowedOrigins: ['https://a.example'],
    });
    expect(settings.fieldMap).toEqual({ a: false });
    expect(settings.nulls).toBe('clear');
  });

  it('stand beside the variables of the secrets, which are left alone', () => {
    const env = {
      ...required,
      MARKETO_SOAP_USER_ID: 'u',
      MARKETO_SOAP_ENCRYPTION_KEY: 'k',
      MUNCHKIN_PRIVATE_KEY: 'p',
      WRITE_KEYS: 'a,b',
      PATH: '/bin',
    };
    expect(problemsWith({}, env)).toEqual([]);
  });

  it('may name endpoints on this machine without TLS, and no others', () => {
    const local = { ...marketo, soapEndpoint: 'http://127.0.0.1:8787/soap' };
    expect(problemsWith({ marketo: local })).toEqual([]);
    const abroad = { ...marketo, soapEndpoint: 'http://soap.example.com' };
    expect(problemsWith({ marketo: abroad })).toEqual([
      'marketo.soapEndpoint (MARKETO_SOAP_ENDPOINT) in the settings file has a wrong value. It must be a URL with https: (or http: on this machine).',
    ]);
  });
});

describe('settings that are not good', () => {
  it('are all named at once, by both names, with what to do', () => {
    const [api, munchkinId, ...more] = problemsWith({});
    expect(api).toMatch(
      /^marketo\.api \(MARKETO_API\) is missing\. .*rest is what reaches Marketo today.*Adobe removed it on 2026-07-31/,
    );
    expect(munchkinId).toBe(
      'marketo.munchkinId (MARKETO_MUNCHKIN_ID) is missing. Give a Munchkin id like 561-HYG-937. Munchkin account id of the Marketo instance (in Marketo: Admin → Munchkin).',
    );
    expect(more).toEqual([]);
  });

  it('say which APIs there are to someone who chooses another', () => {
    expect(problemsWith({ marketo: { ...marketo, api: 'graphql' } })[0]).toMatch(
      /^marketo\.api \(MARKETO_API\) in the settings file .*rest or soap/,
    );
  });

  it('name the place within an object or a list', () => {
    expect(problemsWith({ marketo, fieldMap: { plan: 7, tier: 'Tier' } })).toEqual([
      'fieldMap (FIELD_MAP) in the settings file has a wrong value at "plan". It must be a JSON object of trait names, each with a field name or false.',
    ]);
  });

  it('that are empty or no JSON in the environment are told once, not also as missing', () => {
    expect(
      problemsWith({}, { MARKETO_API: 'soap', MARKETO_MUNCHKIN_ID: ' ', HOLD_DAYS: '3d' }),
    ).toEqual([
      'marketo.munchkinId (MARKETO_MUNCHKIN_ID) is empty in the environment. Unset it, or give a Munchkin id like 561-HYG-937.',
      'holdDays (HOLD_DAYS) is not JSON in the environment. It must be a number from 1 to 365.',
    ]);
  });

  it('never show their values, which may be misplaced secrets', () => {
    const problems = problemsWith(
      { marketo: { ...marketo, munchkinId: 'c0ffee', hush: 'c0ffee' } },
      { HOLD_DAYS: 'c0ffee' },
    );
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('c0ffee');
  });

  it('are the origins of a hash API that is open to origins and names none', () => {
    const open = { marketo, hash: { access: 'origins', allowedOrigins: ['https://a.example'] } };
    expect(problemsWith(open)).toEqual([]);
    const [missing, ...more] = problemsWith({ marketo, hash: { access: 'origins' } });
    expect(missing).toMatch(/^hash\.allowedOrigins \(HASH_ALLOWED_ORIGINS\) is missing\./);
    expect(more).toEqual([]);
    const [empty] = problemsWith(open, { HASH_ALLOWED_ORIGINS: '[]' });
    expect(empty).toMatch(/^hash\.allowedOrigins .* in the environment has a wrong value\./);
  });

  it('that stand in a group which is no object are refused with the group', () => {
    expect(problemsWith({ marketo, hash: 3 }, { HASH_CLASSIC: 'true' })).toEqual([
      'hash in the settings file is not an object. Write the settings of this group as {"name": value, …}.',
    ]);
    expect(problemsWith([])).toEqual([
      'There is no JSON object in the settings file. Write {"marketo": {…}, …}, like settings.example.json.',
    ]);
  });
});

describe('names that are no settings', () => {
  it.each([
    [{ marketo: { ...marketo, soapEndpiont: 'x' } }, 'marketo.soapEndpoint'],
    [{ marketo, Field_Names: 'pascal' }, 'fieldNames'],
    [{ marketo, hash: { origins: [] } }, undefined],
    [{ marketo, allowedOrigins: [] }, 'hash.allowedOrigins'],
    [{ marketo, THROTTLE_BURST: 3 }, 'throttle.burst'],
    [{ marketo, entirelyElse: 3 }, undefined],
  ])('are refused in the file with the nearest name: %j', (content, meant) => {
    const [problem, ...more] = problemsWith(content);
    expect(more).toEqual([]);
    expect(problem).toMatch(
      meant === undefined
        ? /is not a setting\. Remove it, or take a name from docs\/configuration\.md\.$/
        : new RegExp(`is not a setting\\. Did you mean ${meant}\\?$`),
    );
  });

  it('are refused in the environment when they begin like a group of ours', () => {
    expect(problemsWith({ marketo }, { MARKETO_WORKSPCAE: 'x', THROTTLE_RPS: '9' })).toEqual([
      'MARKETO_WORKSPCAE in the environment is not a setting. Did you mean MARKETO_WORKSPACE?',
      'THROTTLE_RPS in the environment is not a setting. Remove it, or take a name from docs/configuration.md.',
    ]);
  });

  it('of a secret are sent to Secrets Manager', () => {
    expect(problemsWith({ marketo: { ...marketo, soapEncryptionKey: 'x' } })).toEqual([
      'marketo.soapEncryptionKey in the settings file is not a setting. It is a secret: remove it here and store it in AWS Secrets Manager, in the marketo secret as soapEncryptionKey.',
    ]);
  });
});

describe('a settings file', () => {
  it('that was named must exist', () => {
    const file = join(folder, 'nowhere.json');
    expect(() => readSettings({ env: { ...required, SETTINGS_FILE: file } })).toThrow(
      `The settings file ${file} does not exist. Copy settings.example.json to settings.json, or let SETTINGS_FILE name your file.`,
    );
  });

  it('that is no JSON is refused without quoting it', () => {
    const [problem] = problemsWith('{"marketo": {"secret": c0ffee}}');
    expect(problem).toMatch(/is not JSON.*Look for a missing quote or comma/);
    expect(problem).not.toContain('c0ffee');
  });

  it('like the example is good', () => {
    const { marketo: read } = readSettings({ file: 'settings.example.json', env: {} });
    expect(read).toEqual({ ...marketo, ...leadDefaults, api: 'rest' });
  });
});
