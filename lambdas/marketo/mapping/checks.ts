import { looseKey } from '../../segment/looseKey.ts';
import { standardFieldFor } from '../fieldsNames.ts';
import { labelOfRule } from './compile.ts';
import { covers, isImpossible, typesOf } from './conditions.ts';
import type { MappedType } from './conditions.ts';
import { pathPartsOf } from './paths.ts';
import type { Mapping } from './mapping.ts';
import type { Rule } from './mappingSchema.ts';
import { pathsIn } from './sources.ts';
import { targetNamed } from './targets.ts';
import type { RuleProblem } from './target.ts';

/** What is wrong at a place of the mapping. */
type MappingProblem = RuleProblem;

/** What only some calls have. */
const typesWith: Readonly<Record<string, readonly MappedType[]>> = {
  traits: ['identify', 'group'],
  groupId: ['group'],
  event: ['track'],
  name: ['page'],
  properties: ['track', 'page'],
};

const callsOf = (path: string): readonly MappedType[] | undefined =>
  typesWith[pathPartsOf(path)[0]];

/** A condition or value whose path no event of the rule can have. */
const wrongCall = (
  at: readonly PropertyKey[],
  path: string,
  types: readonly MappedType[],
  consequence: string,
): readonly MappingProblem[] => {
  const calls = callsOf(path);
  if (calls === undefined || types.some((type) => calls.includes(type))) return [];
  const [root] = pathPartsOf(path);
  const instead =
    root === 'traits'
      ? `A track or page brings traits as context.traits: write context.${path}.`
      : `Look elsewhere, or set "type" of "when" to ${calls.join(' or ')}.`;
  return [
    {
      at,
      wrong: `${path} is there in ${calls.join(' and ')} calls alone, and this rule is for ${types.join(' and ')} calls: ${consequence}.`,
      remedy: instead,
    },
  ];
};

const neverMatches = ({ when }: Rule, { events }: Mapping): readonly MappingProblem[] => {
  const types = typesOf(when);
  if (types.length === 0)
    return [
      {
        at: ['when', 'event'],
        wrong: 'The rule can never match: only tracks have the name of an event.',
        remedy:
          'Add "track" to "type", or remove "event" (of a page, "if" can look at the path name).',
      },
    ];
  if (events === 'none' && types.every((type) => type === 'track'))
    return [
      {
        at: [],
        wrong: 'The rule can never match: it is for tracks, and events is none.',
        remedy: 'Set events to mapped, or remove the rule.',
      },
    ];
  return Object.entries(when?.if ?? {}).flatMap(([path, test]) => {
    const at = ['when', 'if', path];
    if (isImpossible(test))
      return [
        {
          at,
          wrong: 'The rule can never match: no value passes this condition.',
          remedy: 'Remove one part of the condition.',
        },
      ];
    if (test.exists === false) return [];
    return wrongCall(at, path, types, 'it can never match');
  });
};

/** Rules that come after one that takes all that they could do. */
const overtaken = (
  rule: Rule,
  index: number,
  rules: readonly Rule[],
): readonly MappingProblem[] => {
  const before = rules.slice(0, index).map((other, place) => ({ other, place }));
  const dropper = rules
    .map((other, place) => ({ other, place }))
    .find(
      ({ other, place }) =>
        place !== index && other.to === 'nothing' && covers(other.when, rule.when),
    );
  if (dropper !== undefined && (rule.to !== 'nothing' || dropper.place < index))
    return [
      {
        at: [],
        wrong: `The rule can never act: ${labelOfRule(dropper.other, dropper.place)} sends all its events nowhere.`,
        remedy: 'Remove one of the two, or give the other a condition.',
      },
    ];
  const slotsBefore = before
    .filter(({ other }) => covers(other.when, rule.when))
    .flatMap(({ other, place }) =>
      targetNamed(other.to)
        .slots(other as never)
        .map(({ slot }) => ({ slot, label: labelOfRule(other, place) })),
    );
  return targetNamed(rule.to)
    .slots(rule as never)
    .flatMap(({ slot, at, what }) => {
      const first = slotsBefore.find((one) => one.slot === slot);
      if (first === undefined) return [];
      return [
        {
          at,
          wrong: `Two rules fill ${what}: ${first.label} comes first for all events of this rule.`,
          remedy:
            'Remove one, put it first with a condition in "when", or give one value several paths.',
        },
      ];
    });
};

/** A group call is no visit, whatever a rule says. */
const noVisit = ({ to, when }: Rule): readonly MappingProblem[] =>
  to === 'visit' && typesOf(when).every((type) => type === 'group')
    ? [
        {
          at: [],
          wrong: 'The rule can never act: a group call is no visit.',
          remedy: 'Remove the rule, or set "type" of "when" to track or page.',
        },
      ]
    : [];

const problemsOfRule = (rule: Rule, index: number, mapping: Mapping): readonly MappingProblem[] => {
  const target = targetNamed(rule.to);
  const never = neverMatches(rule, mapping);
  const types = typesOf(rule.when);
  const found = [
    ...never,
    ...noVisit(rule),
    ...(never.length > 0 ? [] : overtaken(rule, index, mapping.rules)),
    ...target.values(rule as never).flatMap(({ at, source }) => {
      const paths = pathsIn(source);
      const wrong = paths.map((path) => wrongCall(at, path, types, 'it has no value'));
      // Of several paths, one may be for other calls of the rule.
      return wrong.every((one) => one.length > 0) ? wrong.flat() : [];
    }),
    ...(target.problems?.(rule as never) ?? []),
  ];
  return found.map((one) => ({ ...one, at: ['rules', index, ...one.at] }));
};

const ofFieldMap = ({ fieldMap }: Mapping): readonly MappingProblem[] =>
  Object.entries(fieldMap).flatMap(([trait, field]) => {
    const standard = field === false ? undefined : standardFieldFor(field);
    if (standard?.readOnly !== true) return [];
    return [
      {
        at: ['fieldMap', trait],
        wrong: `fieldMap sends ${trait} to ${String(field)}, which Marketo sets itself.`,
        remedy: 'Name another field, or false to drop the trait.',
      },
    ];
  });

/** Two spellings of one trait that go to two fields: only one of them can be meant. */
const twiceMapped = ({ fieldMap }: Mapping): readonly MappingProblem[] => {
  const seen = new Map<string, string>();
  return Object.entries(fieldMap).flatMap(([trait, field]) => {
    if (field === false) return [];
    const standard = standardFieldFor(field);
    const name = standard?.rest ?? looseKey(field);
    const other = seen.get(name);
    seen.set(name, trait);
    if (other === undefined || looseKey(other) === looseKey(trait)) return [];
    return [
      {
        at: ['fieldMap', trait],
        wrong: `fieldMap sends both ${other} and ${trait} to the field ${field}.`,
        remedy:
          'Keep one, or write a rule with {"path": [...]} whose first path with a value counts.',
        isNew: true as const,
      },
    ];
  });
};

/** What is mapped where no track can go: told, because `mapped` without a rule is no plan. */
const nothingMapped = ({ events, rules }: Mapping): readonly MappingProblem[] =>
  events !== 'mapped' || rules.some(({ when }) => typesOf(when).includes('track'))
    ? []
    : [
        {
          at: ['events'],
          wrong: 'events is mapped, and no rule is for tracks: no track goes to Marketo.',
          remedy: 'Add a rule for tracks, or set events to none if that is what you want.',
        },
      ];

/**
 * What is wrong with a mapping whose every part its schema takes: rules that fill one field twice or never
 * match, fields that Marketo sets itself, tracks that nothing maps. Pure.
 */
export const mappingProblems = (mapping: Mapping): readonly MappingProblem[] => [
  ...ofFieldMap(mapping),
  ...twiceMapped(mapping),
  ...nothingMapped(mapping),
  ...mapping.rules.flatMap((rule, index) => problemsOfRule(rule, index, mapping)),
];
