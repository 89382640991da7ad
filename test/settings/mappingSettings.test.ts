import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mappingOf, readSettings, SettingsError, settingsFiles } from '../../lambdas/settings.ts';
import { mappingJsonSchema } from '../../scripts/mapping-schema.ts';

const root = mkdtempSync(join(tmpdir(), 'mapping-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let folders = 0;
const rest = { api: 'rest', munchkinId: '561-HYG-937' };

/** A folder with a settings file, and beside it a mapping file of these lines. */
const folderOf = (mapping: unknown, settings: object = {}): string => {
  const folder = join(root, String((folders += 1)));
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ marketo: rest, ...settings }));
  const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping, null, 2);
  if (mapping !== undefined) writeFileSync(join(folder, 'mapping.json'), text);
  return folder;
};

const read = (folder: string, env: Record<string, string> = {}) =>
  readSettings({ file: join(folder, 'settings.json'), env });

const problemsIn = (
  mapping: unknown,
  settings: object = {},
): readonly { where: string; says: string }[] => {
  try {
    read(folderOf(mapping, settings));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ where = '', wrong, remedy }) => ({
      where: where.replace(/^.*\//, ''),
      says: `${wrong} ${remedy}`,
    }));
  }
  return [];
};

const fields = (values: object, when?: object) => ({ ...(when && { when }), to: 'fields', values });

describe('the mapping file', () => {
  it('stands beside the settings file, or where the settings or the environment say', () => {
    const fieldMap = { plan: 'Plan_Tier' };
    expect(mappingOf(read(folderOf({ fieldMap }))).fieldMap).toEqual(fieldMap);
    expect(mappingOf(read(folderOf(undefined))).fieldMap).toEqual({});
    const folder = folderOf(undefined, { mapping: 'what/goes.json' });
    mkdirSync(join(folder, 'what'));
    const file = join(folder, 'what', 'goes.json');
    writeFileSync(file, JSON.stringify({ fieldMap }));
    expect(mappingOf(read(folder)).fieldMap).toEqual(fieldMap);
    expect(mappingOf(read(folderOf({}), { MAPPING: file })).fieldMap).toEqual(fieldMap);
    expect(settingsFiles({ file: join(folder, 'settings.json'), env: {} })).toContain(file);
  });

  it('that is named and not there, or no JSON, stops everything', () => {
    const says = (mapping: unknown, settings: object) => problemsIn(mapping, settings)[0]?.says;
    expect(says(undefined, { mapping: 'none.json' })).toMatch(
      /^The mapping file .*none\.json does not exist\. Correct the setting mapping/,
    );
    expect(says('{"rules": [}', {})).toMatch(/^The mapping file .* is not JSON.*missing quote/);
  });

  it('may have any size', () => {
    const rules = Array.from({ length: 2_000 }, (_, n) =>
      fields({ [`Field_${n}`]: `properties.p${n}` }, { event: `Event ${n}` }),
    );
    expect(mappingOf(read(folderOf({ rules }))).rules).toHaveLength(2_000);
  });

  it('takes the place of settings of before, of which it says what stands in both', () => {
    expect(problemsIn({ fieldMap: { a: 'B' } }, { fieldMap: { plan: 'Tier' } })).toEqual([
      {
        where: 'settings.json:1',
        says: 'fieldMap stands in the settings and in the mapping file. Move what the settings say to the mapping file.',
      },
    ]);
    const both = read(folderOf({ fieldMap: { a: 'B' } }, { unknownFields: 'fail' }));
    expect(mappingOf(both)).toMatchObject({ fieldMap: { a: 'B' }, unknownFields: 'fail' });
  });
});

describe('what is wrong with a mapping file is told with its line', () => {
  it.each<[string, readonly string[], string, RegExp]>([
    ['a key that is not known', ['"fieldmap": {}'], 'mapping.json:2', /Did you mean fieldMap\?/],
    [
      'a typo in a condition',
      ['"rules": [', '{ "to": "nothing",', '"when": { "evnt": "Test" } } ]'],
      'mapping.json:4',
      /^rules\[1\]\.when\.evnt is not known\. Did you mean event\?$/,
    ],
    [
      'a target that there is not',
      ['"rules": [', '{ "to": "activty", "typeId": 7 } ]'],
      'mapping.json:3',
      /^rules\[1\]\.to has a wrong value\. It must be .*fields, activity, list, program, campaign, company, partition, visit, nothing/,
    ],
    [
      'a path that begins nowhere',
      ['"rules": [', '{ "to": "fields", "values": {', '"Plan": "trait.plan" } } ]'],
      'mapping.json:4',
      /^rules\[1\]\.values\.Plan has a wrong value\. It must be a path like "traits\.plan"/,
    ],
    [
      'a typo in a value',
      ['"rules": [', '{ "to": "fields", "values": {', '"Plan": { "pth": "traits.plan" } } } ]'],
      'mapping.json:4',
      /^rules\[1\]\.values\.Plan\.pth is not known\. Did you mean path\?/,
    ],
    [
      'what is missing',
      ['"rules": [', '{ "to": "activity",', '"typeId": 7 } ]'],
      'mapping.json:3',
      /^rules\[1\]\.primary is missing\. It must be a path/,
    ],
    [
      'a key that stands twice',
      ['"fieldMap": { "plan": "A",', '"plan": "B" }'],
      'mapping.json:3',
      /^fieldMap\.plan stands twice, and only the last of them counts\./,
    ],
  ])('%s', (_what, lines, where, says) => {
    const problems = problemsIn(['{', lines.join('\n'), '}'].join('\n'));
    expect(problems[0]?.where).toBe(where);
    expect(problems[0]?.says).toMatch(says);
  });

  const rulesOf = (...rules: object[]) => problemsIn({ rules }).map(({ says }) => says);

  it('two rules for one field', () => {
    const when = { type: 'identify', if: { 'traits.plan': { equals: 'pro' } } };
    const one = fields({ Plan_Tier: 'traits.plan' });
    expect(rulesOf(one, fields({ planTier: 'traits.tier' }, when))[0]).toMatch(
      /^rules\[2\]\.values\.planTier: Two rules fill the field planTier: rule 1 comes first/,
    );
    // A fallback, and other events, are well.
    expect(rulesOf(fields({ Plan_Tier: 'traits.tier' }, when), one)).toEqual([]);
    const byEvent = (event: string) => fields({ Last: 'properties.id' }, { event });
    expect(rulesOf(byEvent('A'), byEvent('B'))).toEqual([]);
    expect(problemsIn({ fieldMap: { plan: 'Tier', level: 'tier' } })[0]?.says).toMatch(
      /fieldMap sends both plan and level to the field tier/,
    );
  });

  it.each<[string, object, RegExp]>([
    [
      'the name of an event of an identify',
      { to: 'nothing', when: { type: 'identify', event: 'A' } },
      /only tracks have the name of an event/,
    ],
    [
      'two values at once',
      { to: 'nothing', when: { if: { userId: { equals: 'a', oneOf: ['b'] } } } },
      /no value passes this condition/,
    ],
    [
      'a value and not this value',
      { to: 'nothing', when: { if: { userId: { equals: 'a', not: { equals: 'a' } } } } },
      /no value passes this condition/,
    ],
    [
      'traits of a track',
      { to: 'visit', when: { event: 'A', if: { 'traits.plan': { exists: true } } } },
      /traits\.plan is there in identify and group calls alone.*write context\.traits\.plan/,
    ],
  ])('a rule that can never match: %s', (_what, rule, says) => {
    expect(rulesOf(rule)[0]).toMatch(says);
  });

  it('a rule whose events another one sends nowhere', () => {
    const test = { to: 'nothing', when: { if: { 'context.test': { equals: true } } } };
    const inTest = { event: 'A', if: { 'context.test': { equals: true } } };
    expect(rulesOf({ to: 'visit', when: inTest }, test)[0]).toMatch(/can never act: rule 2/);
    expect(rulesOf({ to: 'visit', when: { event: 'A' } }, test)).toEqual([]);
  });

  it('a field that Marketo sets itself, and the key of the lead', () => {
    expect(rulesOf(fields({ updatedAt: 'timestamp' }))[0]).toMatch(
      /^rules\[1\]\.values\.updatedAt: Marketo sets updatedAt itself/,
    );
    expect(problemsIn({ fieldMap: { score: 'inferredCity' } })[0]).toMatchObject({
      where: 'mapping.json:3',
      says: expect.stringContaining('which Marketo sets itself') as string,
    });
    expect(rulesOf(fields({ email: 'properties.email' }))[0]).toMatch(/no rule may fill it/);
  });

  it('events that are mapped where nothing is, and rules where no track goes', () => {
    expect(problemsIn({ events: 'mapped' })[0]?.says).toMatch(/no rule is for tracks/);
    expect(problemsIn({ events: 'mapped', rules: [{ to: 'visit' }] })).toEqual([]);
    expect(
      problemsIn({ events: 'none', rules: [{ to: 'visit', when: { event: 'A' } }] })[0]?.says,
    ).toMatch(/it is for tracks, and events is none/);
  });

  it.each([
    { to: 'activity', typeId: 7, primary: 'event' },
    { to: 'list', list: 7, member: 'add' },
    { to: 'partition', partition: { constant: 'Europe' } },
    { to: 'campaign', campaign: 7 },
    { to: 'company', when: { type: 'group' } },
    { to: 'program', program: 7, status: { constant: 'Won' } },
  ])('what SOAP has nothing for: $to', (rule) => {
    const marketo = { ...rest, api: 'soap' };
    expect(problemsIn({ rules: [rule] }, { marketo })[0]).toMatchObject({
      where: expect.stringMatching(/^mapping\.json:\d$/) as string,
      says: expect.stringContaining(
        `SOAP API has nothing for rules with "to": "${rule.to}"`,
      ) as string,
    });
  });

  it('a program of which nothing is written, or what Marketo writes itself', () => {
    const says = (rule: object) =>
      problemsIn({ rules: [{ to: 'program', program: 7, ...rule }] })[0]?.says;
    expect(says({})).toMatch(/neither a status nor values\. Add "status"/);
    expect(says({ values: { statusName: 'event' } })).toMatch(/Write the status as "status"\./);
    expect(says({ values: { acquiredBy: 'event' } })).toMatch(/Marketo sets acquiredBy/);
  });

  it('a company without an id, what cannot be written to it, and a visit of a group', () => {
    const says = (rule: object) => problemsIn({ rules: [rule] })[0]?.says;
    expect(says({ to: 'company' })).toMatch(
      /groupId is there in group calls alone.*set "type" of "when" to group/,
    );
    const when = { type: 'group' };
    expect(says({ when, to: 'company', values: { externalCompanyId: 'groupId' } })).toMatch(
      /Write it as "id"/,
    );
    expect(says({ when, to: 'visit' })).toMatch(/a group call is no visit/);
    expect(says({ when, to: 'company' })).toBeUndefined();
  });

  it('a partition where no lead is made', () => {
    const marketo = { ...rest, leads: 'updateOnly' };
    const rule = { to: 'partition', partition: { constant: 'Europe' } };
    expect(problemsIn({ rules: [rule] }, { marketo })[0]?.says).toMatch(/leads is updateOnly/);
  });
});

describe('what is wrong with the settings file is told with its line', () => {
  it('a REST endpoint that ends as Marketo shows it', () => {
    const marketo = { ...rest, restEndpoint: 'https://561-HYG-937.mktorest.com/rest' };
    expect(problemsIn(undefined, { marketo })).toEqual([
      {
        where: 'settings.json:1',
        says: 'marketo.restEndpoint (MARKETO_REST_ENDPOINT) ends in /rest, which is added to it for each call. Remove /rest: like https://561-HYG-937.mktorest.com.',
      },
    ]);
  });

  it('a typo in the name of a group', () => {
    expect(problemsIn(undefined, { markto: {} })[0]?.says).toContain('Did you mean marketo?');
    expect(problemsIn(undefined, { consnt: {} })[0]?.says).toContain('Did you mean consent?');
  });
});

it('mapping.schema.json is what the schema makes (else run scripts/mapping-schema.ts)', () => {
  const file = new URL('../../mapping.schema.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(mappingJsonSchema());
});
