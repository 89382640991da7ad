import { activityRules } from './movedActivities.ts';
import { mappingProblems } from '../marketo/mapping/checks.ts';
import { leadApis } from '../marketo/leadApis.ts';
import { emptyMapping } from '../marketo/mapping/mapping.ts';
import { mappingSchema } from '../marketo/mapping/mappingSchema.ts';
import { targetNamed } from '../marketo/mapping/targets.ts';
import type { Mapping } from '../marketo/mapping/mapping.ts';
import type { MappingInput } from '../marketo/mapping/mappingSchema.ts';
import { jsonLines } from './jsonLines.ts';
import { mappingIssues, placeText } from './mappingIssues.ts';
import type { PlacedProblem } from './mappingIssues.ts';
import type { Problem } from './problems.ts';
import type { Settings } from './settingsSchema.ts';

/** Settings of version 0.1 that are parts of the mapping now; they still count, for this version. */
const moved = ['fieldMap', 'fieldPolicies', 'unknownFields', 'activities', 'events'] as const;
type Moved = (typeof moved)[number];

type MovedSettings = Pick<Settings, Moved>;

const unsaid: MovedSettings = {
  fieldMap: {},
  fieldPolicies: {},
  unknownFields: 'skip',
  activities: {},
  events: 'all',
};

/** The settings that still say what belongs into the mapping. */
const movedIn = (settings: MovedSettings): readonly Moved[] =>
  moved.filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(unsaid[name]));

/**
 * The mapping in force: the mapping file's (or the one that stands in the settings), with what settings of
 * version 0.1 still say.
 */
export const mappingOf = (settings: MovedSettings & Pick<Settings, 'mapping'>): Mapping => {
  const { fieldMap, fieldPolicies, unknownFields, events, activities, mapping } = settings;
  const own = typeof mapping === 'object' ? mapping : {};
  return {
    ...emptyMapping,
    fieldMap: { ...fieldMap, ...own.fieldMap },
    fieldPolicies: { ...fieldPolicies, ...own.fieldPolicies },
    unknownFields: own.unknownFields ?? unknownFields,
    events: own.events ?? events,
    rules: [...(own.rules ?? []), ...activityRules(activities)],
  };
};

/** One line for each setting that moved, for whoever deploys or starts; none where there is none. */
export const movedSettings = (settings: MovedSettings): readonly string[] =>
  movedIn(settings).map((name) => {
    const where = name === 'activities' ? 'rules with "to": "activity"' : `"${name}"`;
    return `The setting ${name} has moved to the mapping file, as ${where}, and counts for this version only. \`npx marketo-destination mapping\` prints the file.`;
  });

/** Where a mapping stands, for messages. */
export interface MappingPlace {
  /** `mapping.json`; absent where the mapping stands in the settings. */
  readonly file?: string;
  readonly text?: string;
}

const problemsAt = (
  { file, text }: MappingPlace,
  found: readonly PlacedProblem[],
): readonly Problem[] => {
  const lines = text === undefined ? undefined : jsonLines(text);
  const lineOf = (at: readonly PropertyKey[]): number | undefined => {
    // What is missing has no line; what it is missing from has.
    for (let length = at.length; length >= 0; length -= 1) {
      const line = lines?.lineOf(at.slice(0, length));
      if (line !== undefined) return line;
    }
    return undefined;
  };
  return found.map(({ at, wrong, remedy }) => {
    const line = lineOf(at);
    const where = line === undefined ? file : `${file ?? 'the mapping'}:${line}`;
    const place = placeText(at);
    return {
      setting: 'mapping',
      ...(where !== undefined && { where }),
      wrong: wrong.startsWith(place) ? wrong : `${place}: ${wrong}`,
      remedy,
    };
  });
};

/** What stands twice in one object, of which JSON would take the last. */
const twiceIn = (text: string): readonly PlacedProblem[] =>
  jsonLines(text).twice.map(({ place }) => ({
    at: place,
    wrong: `${placeText(place)} stands twice, and only the last of them counts.`,
    remedy: 'Remove one; a field that two paths fill takes {"path": ["…", "…"]}.',
  }));

/** A mapping, checked part by part. */
export const parseMapping = (
  tree: unknown,
  place: MappingPlace,
): { readonly mapping?: MappingInput; readonly problems: readonly Problem[] } => {
  const parsed = mappingSchema.safeParse(tree);
  const twice = place.text === undefined ? [] : twiceIn(place.text);
  if (!parsed.success)
    return {
      problems: problemsAt(place, [...twice, ...mappingIssues(parsed.error.issues, tree)]),
    };
  // The rows that made the schema made the type, too.
  const mapping = parsed.data as MappingInput;
  return { mapping, problems: problemsAt(place, twice) };
};

/** What is wrong with a mapping in all, what settings say of it included. */
export const mappingContradictions = (
  settings: MovedSettings & Pick<Settings, 'mapping' | 'marketo'>,
  place: MappingPlace,
): readonly Problem[] => {
  const own = typeof settings.mapping === 'object' ? settings.mapping : {};
  const both = movedIn(settings).filter((name) => name !== 'activities' && name in own);
  if (both.length > 0)
    return both.map((name) => ({
      setting: name,
      wrong: `${name} stands in the settings and in the mapping file.`,
      remedy: 'Move what the settings say to the mapping file.',
    }));
  const found = mappingProblems(mappingOf(settings)).filter(
    // What is new to refuse is refused in the file alone: old settings keep working.
    ({ at: [section], isNew }) => isNew !== true || String(section) in own,
  );
  const { api } = settings.marketo;
  const { label, hasRelations } = leadApis[api];
  const beyondApi = !hasRelations
    ? (own.rules ?? []).flatMap((rule, index) =>
        targetNamed(rule.to).isRestOnly
          ? [
              {
                at: ['rules', index, 'to'],
                wrong: `marketo.api is ${api}, and Marketo’s ${label} API has nothing for rules with "to": "${rule.to}".`,
                remedy: 'Set marketo.api to rest, or remove the rule.',
              },
            ]
          : [],
      )
    : [];
  // Marketo says where a new lead goes only where it may make one.
  const placed =
    settings.marketo.leads === 'updateOnly'
      ? (own.rules ?? []).flatMap(({ to }, index) =>
          to === 'partition'
            ? [
                {
                  at: ['rules', index, 'to'],
                  wrong:
                    'A partition is for new leads, and marketo.leads is updateOnly, which makes none.',
                  remedy: 'Remove the rule, or set marketo.leads to createOrUpdate.',
                },
              ]
            : [],
        )
      : [];
  return problemsAt(place, [...found, ...beyondApi, ...placed]);
};
