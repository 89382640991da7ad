import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSettings, readSettings, SettingsError } from '../../lambdas/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const read = (file: string) => readSettings({ file, env: {} });

/** Each problem as a user reads it. */
const problemsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingsError)
      return error.problems.map(({ wrong, remedy }) => `${wrong} ${remedy}`);
    throw error;
  }
  return [];
};

describe('a settings file that extends another one', () => {
  write('base.json', {
    marketo: { api: 'rest', munchkinId: '561-HYG-937', workspace: 'EMEA' },
    fieldMap: { plan: 'Plan', city: 'City' },
    hash: { allowedOrigins: ['https://www.example.com'] },
    logDays: 7,
  });

  it('says only what differs: groups are merged, and each setting replaces the one below', () => {
    const settings = read(
      write('production.json', {
        extends: 'base.json',
        marketo: { munchkinId: '123-ABC-456' },
        fieldMap: { plan: 'Plan_Tier' },
        logDays: 90,
      }),
    );
    expect(settings).toMatchObject({
      marketo: { api: 'rest', munchkinId: '123-ABC-456', workspace: 'EMEA' },
      hash: { allowedOrigins: ['https://www.example.com'] },
      logDays: 90,
    });
    expect(settings.fieldMap).toEqual({ plan: 'Plan_Tier' });
  });

  it('starts the path at its own folder, and may extend one that extends', () => {
    write('middle.json', { extends: './base.json', holdDays: 5 });
    expect(read(write('eu/west.json', { extends: '../middle.json' }))).toMatchObject({
      holdDays: 5,
      logDays: 7,
    });
  });

  it('is refused when it extends itself, nothing, or what is not there', () => {
    write('a.json', { extends: 'b.json' });
    const b = write('b.json', { extends: 'a.json' });
    expect(problemsOf(() => read(b))).toEqual([expect.stringMatching(/extends itself/)]);
    expect(problemsOf(() => read(write('c.json', { extends: 3 })))).toEqual([
      expect.stringMatching(/an "extends" that is no path/),
    ]);
    expect(problemsOf(() => read(write('d.json', { extends: 'gone.json' })))).toEqual([
      expect.stringMatching(/gone\.json does not exist/),
    ]);
  });
});

describe('what is no setting because it is said elsewhere', () => {
  const required = { marketo: { api: 'rest', munchkinId: '561-HYG-937' } };

  it.each([
    ['region', /AWS_REGION for `cdk deploy`.*env: \{ region/],
    ['tags', /cdk deploy --tags key=value.*`tags`/],
    ['account', /AWS credentials/],
    ['vpc', /syncNetwork/],
    ['kmsKey', /encryptionKeys/],
    ['permissionsBoundary', /cdk\.json/],
    ['terminationProtection', /removal/],
    ['logRetention', /logDays/],
  ])('%s says how it is done', (name, how) => {
    const file = write(`${name}.json`, { ...required, [name]: 'eu-west-1' });
    expect(problemsOf(() => read(file))).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} in the settings file is not a setting\\. .*${how.source}`),
      ),
    ]);
  });
});

describe('settings that a program hands over', () => {
  it('get their defaults, whatever the environment says', () => {
    const settings = parseSettings({ marketo: { api: 'rest', munchkinId: '561-hyg-937' } });
    expect(settings).toMatchObject({ marketo: { munchkinId: '561-HYG-937' }, holdDays: 30 });
    expect(parseSettings(settings)).toEqual(settings);
  });

  it('are refused with all that is wrong, by name', () => {
    expect(
      problemsOf(() =>
        parseSettings({
          marketo: { api: 'rest', munchkinId: '' },
          browserScript: { domain: 'a.example.com' },
          // @ts-expect-error what a program in JavaScript may say
          holdDay: 3,
        }),
      ),
    ).toEqual([
      expect.stringMatching(/^marketo\.munchkinId \(MARKETO_MUNCHKIN_ID\) in the settings has/),
      'holdDay in the settings is not a setting. Did you mean holdDays?',
    ]);
    expect(
      problemsOf(() => parseSettings({ marketo: { api: 'rest' } as never, events: 'all' })),
    ).toEqual([expect.stringMatching(/^marketo\.munchkinId .* is missing/)]);
  });
});
