import type * as z from 'zod/mini';
import { explained } from './explained.ts';
import { leaves, type Leaf } from './leaves.ts';
import { variableOf } from './variableName.ts';
import { nearest } from './nearest.ts';
import { secretVariables } from './secretVariables.ts';

/** One thing that is wrong with the settings, without the value: it may be a misplaced secret. */
export interface Problem {
  readonly setting?: string;
  readonly variable?: string;
  /** The file and the line, like `settings.json:7`. */
  readonly where?: string;
  /** A sentence that names the setting by both names and says what is wrong. */
  readonly wrong: string;
  /** Sentences that say what to do. */
  readonly remedy: string;
}

/** Everything that is wrong with the settings, one problem a line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(
      ({ where, wrong, remedy }) =>
        `- ${where === undefined ? '' : `${where}: `}${wrong} ${remedy}`,
    );
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      [
        `The settings have ${count}:`,
        ...lines,
        'All settings are described in docs/configuration.md, the mapping in docs/mapping.md.',
      ].join('\n'),
    );
    this.problems = problems;
  }
}

const problem = (leaf: Leaf, wrong: string, remedy: string): Problem => ({
  setting: leaf.path,
  variable: leaf.variable,
  wrong: `${leaf.path} (${leaf.variable}) ${wrong}`,
  remedy,
});

const missing = (leaf: Leaf): Problem =>
  problem(leaf, 'is missing.', leaf.advice ?? `Give ${leaf.values}. ${leaf.description}`);

export const empty = (leaf: Leaf): Problem =>
  problem(leaf, 'is empty in the environment.', `Unset it, or give ${leaf.values}.`);

export const notJson = (leaf: Leaf): Problem =>
  problem(leaf, 'is not JSON in the environment.', `It must be ${leaf.values}.`);

/** `source` is where the value stands; `within` the place in it, for objects and lists. */
const wrongValue = (leaf: Leaf, source: string, within: readonly PropertyKey[]): Problem => {
  const part = leaf.parts?.[String(within[1])];
  return problem(
    leaf,
    `in ${source} has a wrong value${within.length > 0 ? ` at "${within.join('.')}"` : ''}.`,
    part === undefined
      ? `It must be ${leaf.values}.${leaf.advice === undefined ? '' : ` ${leaf.advice}`}`
      : `${String(within[1])} must be ${part}.`,
  );
};

const suggestion = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  return near === undefined
    ? `Remove it, or take a name from docs/configuration.md.`
    : `Did you mean ${near}?`;
};

const groups = (): readonly string[] => [
  ...new Set(
    leaves().flatMap(({ keys }) => (keys.length > 1 ? [keys.slice(0, -1).join('.')] : [])),
  ),
];

const unknownKey = (path: string, source: string): Problem => {
  const secret = Object.entries(secretVariables).find(([name]) => name === variableOf(path))?.[1];
  const elsewhere = explained.get(path.toLowerCase());
  return {
    setting: path,
    wrong: `${path} in ${source} is not a setting.`,
    remedy:
      elsewhere ??
      (secret === undefined
        ? suggestion(path, [...leaves().map((leaf) => leaf.path), ...groups()])
        : `It is a secret: remove it here and store it in AWS Secrets Manager, in the ${secret.secret} secret as ${secret.key}.`),
  };
};

export const unknownVariable = (variable: string): Problem => ({
  variable,
  wrong: `${variable} in the environment is not a setting.`,
  remedy: suggestion(variable, [
    ...leaves().map((leaf) => leaf.variable),
    ...Object.keys(secretVariables),
  ]),
});

/** Where settings come from that are read from a file. */
export const settingsFile = 'the settings file';

/** What a schema's issue means. `keys` is where the checked value stands in the settings. */
export const problemsOf = (
  issue: z.core.$ZodIssue,
  keys: readonly PropertyKey[],
  sourceOf: (path: string) => string | undefined,
  all = settingsFile,
): readonly Problem[] => {
  const place = [...keys, ...issue.path];
  const leaf = leaves().find((one) => one.keys.every((key, index) => place[index] === key));
  if (leaf !== undefined) {
    const source = sourceOf(leaf.path);
    const within = place.slice(leaf.keys.length);
    if (source === undefined) return [missing(leaf)];
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => wrongValue(leaf, source, [...within, key]))
      : [wrongValue(leaf, source, within)];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...place, key].join('.'), all));
  }
  if (place.length === 0) {
    const wrong = `There is no JSON object in ${all}.`;
    return [{ wrong, remedy: 'Write {"marketo": {…}, …}, like settings.example.json.' }];
  }
  const group = place.join('.');
  return [
    {
      setting: group,
      wrong: `${group} in ${all} is not an object.`,
      remedy: `Write the settings of this group as {"name": value, …}.`,
    },
  ];
};
