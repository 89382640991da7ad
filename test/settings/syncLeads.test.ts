import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../lambdas/settings.ts';

const problemsWith = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readSettings({ env: { MARKETO_MUNCHKIN_ID: '561-HYG-937', MARKETO_API: 'rest', ...env } });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ wrong, remedy }) => `${wrong} ${remedy}`);
  }
};

describe('settings of how leads are found and made', () => {
  it.each([
    ['a partition', { MARKETO_PARTITION: 'EU' }],
    ['the workspace as its other name', { MARKETO_WORKSPACE: 'EU' }],
    ['both, with one name', { MARKETO_PARTITION: 'EU', MARKETO_WORKSPACE: 'EU' }],
    ['a lookup field', { MARKETO_LOOKUP_FIELD: 'customerNumber' }],
    ['a lookup field with updateOnly', { MARKETO_LOOKUP_FIELD: 'x', MARKETO_LEADS: 'updateOnly' }],
    ['a partition with createOnly', { MARKETO_PARTITION: 'EU', MARKETO_LEADS: 'createOnly' }],
    ['defaults over SOAP', { MARKETO_API: 'soap', DUPLICATES: 'newest', MARKETO_WORKSPACE: 'EU' }],
  ])('take %s', (_what, env: Record<string, string>) => {
    expect(problemsWith(env)).toEqual([]);
  });

  it.each([
    ['a partition', { MARKETO_PARTITION: 'EU' }, 'use marketo.workspace instead'],
    ['a lookup field', { MARKETO_LOOKUP_FIELD: 'x' }, 'remove the setting'],
    ['updateOnly', { MARKETO_LEADS: 'updateOnly' }, 'remove the setting'],
    ['deletions of leads', { MARKETO_DELETE_LEADS: 'true' }, 'delete leads by hand'],
    ['another rule for duplicates', { DUPLICATES: 'oldest' }, 'remove the setting'],
  ])('over SOAP refuse %s, which only REST can do', (_what, env, remedy) => {
    const [setting = ''] = Object.keys(env);
    const problems = problemsWith({ ...env, MARKETO_API: 'soap' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`(${setting}) is set, but marketo.api (MARKETO_API) is soap`);
    expect(problems[0]).toContain(remedy);
  });

  it.each([
    [
      'two names for the partition',
      { MARKETO_PARTITION: 'EU', MARKETO_WORKSPACE: 'US' },
      'Remove marketo.workspace.',
    ],
    [
      'a partition where no lead is made',
      { MARKETO_PARTITION: 'EU', MARKETO_LEADS: 'updateOnly' },
      'Remove marketo.partition, or set marketo.leads to createOrUpdate.',
    ],
    [
      'a workspace where no lead is made',
      { MARKETO_WORKSPACE: 'EU', MARKETO_LEADS: 'updateOnly' },
      'Remove marketo.workspace, or set marketo.leads to createOrUpdate.',
    ],
    [
      'a lookup field where no lead is found',
      { MARKETO_LOOKUP_FIELD: 'x', MARKETO_LEADS: 'createOnly' },
      'Remove marketo.lookupField',
    ],
    [
      'the id as lookup field',
      { MARKETO_LOOKUP_FIELD: 'id' },
      'Name a field that your events fill.',
    ],
    ['cookies as lookup field', { MARKETO_LOOKUP_FIELD: 'cookies' }, 'Name a field that'],
    [
      'a lookup field with a blank',
      { MARKETO_LOOKUP_FIELD: 'Customer No' },
      'REST name of a field',
    ],
  ])('refuse %s', (_what, env: Record<string, string>, remedy) => {
    const problems = problemsWith(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(remedy);
  });
});
