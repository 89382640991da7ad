import { describe, expect, it } from 'vitest';
import {
  environmentOf,
  mappingOf,
  movedSettings,
  readSettings,
  settingsSchema,
  SettingsError,
} from '../../lambdas/settings.ts';

const good = {
  'Order Completed': {
    typeId: 100_001,
    primary: 'order.id',
    attributes: { total: 'revenue', currency: { text: 'CHF' } },
    visit: true,
  },
  'Signed Up': { typeId: 7, primary: { text: 'Signed Up' } },
};

const read = (activities: unknown, env: Record<string, string> = {}) =>
  readSettings({
    file: 'settings.example.json',
    env: { ACTIVITIES: JSON.stringify(activities), ...env },
  });

const problemsWith = (activities: unknown, env?: Record<string, string>): readonly string[] => {
  try {
    read(activities, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ wrong, remedy }) => `${wrong} ${remedy}`);
  }
  return [];
};

describe('the setting activities', () => {
  it('still counts, as rules of the mapping, and travels in no environment', () => {
    const settings = read(good, { EVENTS: 'mapped' });
    const { events, rules } = mappingOf(settings);
    expect(events).toBe('mapped');
    expect(rules).toEqual([
      {
        when: { event: 'Order Completed' },
        to: 'activity',
        typeId: 100_001,
        primary: 'properties.order.id',
        attributes: { total: 'properties.revenue', currency: { constant: 'CHF' } },
      },
      { when: { event: 'Order Completed' }, to: 'visit' },
      {
        when: { event: 'Signed Up' },
        to: 'activity',
        typeId: 7,
        primary: { constant: 'Signed Up' },
      },
    ]);
    for (const fn of ['absorb', 'sync'] as const)
      expect(environmentOf(settings, fn)).not.toHaveProperty('ACTIVITIES');
  });

  it('says where it went', () => {
    expect(movedSettings(read(good))).toEqual([
      expect.stringMatching(/^The setting activities has moved to the mapping file/),
    ]);
    expect(movedSettings(read({}))).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    ['no type', { primary: 'id' }, 'Order.typeId', 'typeId must be Marketo’s id'],
    ['a type by name', { typeId: 'order', primary: 'id' }, 'Order.typeId', 'whole number from 1'],
    ['a type 0', { typeId: 0, primary: 'id' }, 'Order.typeId', 'whole number from 1'],
    ['no primary', { typeId: 1 }, 'Order.primary', 'primary must be the path of a property'],
    ['an empty path', { typeId: 1, primary: '' }, 'Order.primary', '{"text": "…"}'],
    ['an empty text', { typeId: 1, primary: { text: ' ' } }, 'Order.primary.text', '{"text": "…"}'],
    [
      'a list of attributes',
      { typeId: 1, primary: 'id', attributes: ['total'] },
      'Order.attributes',
      'attributes must be an object of Marketo’s attribute API names',
    ],
    [
      'a number for a property',
      { typeId: 1, primary: 'id', attributes: { total: 1 } },
      'Order.attributes.total',
      'attributes must be an object',
    ],
    [
      'a word for visit',
      { typeId: 1, primary: 'id', visit: 'yes' },
      'Order.visit',
      'true, to send',
    ],
    [
      'a typo',
      { typeId: 1, primary: 'id', visits: true },
      'Order.visits',
      '"attributes" and "visit"',
    ],
    ['no entry', 'total', 'Order', 'a JSON object of event names'],
  ])('with %s is refused, and says where and what it must be', (_what, entry, where, must) => {
    const problems = problemsWith({ Order: entry, ...good });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(
      `activities (ACTIVITIES) in the environment has a wrong value at "${where}".`,
    );
    expect(problems[0]).toContain(must);
  });

  it('is refused over SOAP, with the reason', () => {
    expect(problemsWith(good, { MARKETO_API: 'soap' })).toEqual([
      'activities (ACTIVITIES) has entries, but marketo.api (MARKETO_API) is soap, and Marketo’s SOAP API takes no custom activities. Set marketo.api to rest, or remove the entries: tracks then go out as visits.',
    ]);
    expect(problemsWith({}, { MARKETO_API: 'soap' })).toEqual([]);
  });

  it('may have any size', () => {
    const entries = Array.from({ length: 500 }, (_, n) => [
      `Some Event ${n}`,
      { typeId: 100_000 + n, primary: 'id' },
    ]);
    const settings = read(Object.fromEntries(entries));
    expect(mappingOf(settings).rules).toHaveLength(500);
    expect(Object.keys(environmentOf(settings, 'absorb'))).not.toContain('ACTIVITIES');
  });
});

it('the setting events takes all, mapped or none', () => {
  const of = (events: string) =>
    settingsSchema().safeParse({ marketo: { api: 'rest', munchkinId: '561-HYG-937' }, events });
  expect(['all', 'mapped', 'none'].map((one) => of(one).success)).toEqual([true, true, true]);
  expect(of('some').success).toBe(false);
});
