import { valueAt, withValue, type Environment } from './tree.ts';
import { functionSettings, type FunctionName, type SettingsOf } from './functionSettings.ts';
import { variableOf } from './variableName.ts';
import type { Settings } from './settingsSchema.ts';

/*
 * A function's settings while it starts. They were checked when they were deployed, and the schema that
 * checks them is a tenth of what a function would have to load: so only their forms stand here.
 */

type ValueAt<T, P> = P extends `${infer Group}.${infer Rest}`
  ? ValueAt<NonNullable<T[Group & keyof T]>, Rest>
  : T[P & keyof T];

/** How the variable of a value of this type is read, and what counts where there is none. */
type FormOf<V> = (NonNullable<V> extends string ? 'text' : 'json') extends infer Kind
  ? undefined extends V
    ? readonly [kind: Kind]
    : readonly [kind: Kind, whenAbsent: V | typeof required]
  : never;

/** No value counts instead. */
const required = Symbol('required');

type HandedPath = (typeof functionSettings)[FunctionName][number];

/** As the schema has them; a test compares all of it. */
const forms: { readonly [P in HandedPath]: FormOf<ValueAt<Settings, P>> } = {
  'marketo.api': ['text', required],
  'marketo.munchkinId': ['text', required],
  'marketo.restEndpoint': ['text'],
  'marketo.soapEndpoint': ['text'],
  'marketo.munchkinEndpoint': ['text'],
  'marketo.workspace': ['text'],
  'marketo.partition': ['text'],
  'marketo.lookupField': ['text', 'email'],
  'marketo.leads': ['text', 'createOrUpdate'],
  'marketo.deleteLeads': ['json', false],
  'marketo.bulkImport': ['json', true],
  'marketo.dailyCalls': ['json'],
  fieldNames: ['text', 'segment'],
  serverFields: ['json', []],
  nulls: ['text', 'skip'],
  audiences: ['text', 'all'],
  'visits.page': ['text', 'all'],
  'visits.track': ['text', 'all'],
  'webhook.keyHeader': ['text'],
  'consent.categories': ['json', []],
  'consent.whenAbsent': ['text', 'drop'],
  visitorDomain: ['text', 'segment'],
  emailChange: ['text', 'rename'],
  duplicates: ['text', 'newest'],
  resendUnchangedAfterHours: ['json', 24],
  holdDays: ['json', 30],
  'hash.access': ['text', 'token'],
  'hash.classic': ['json', false],
  'hash.allowedOrigins': ['json', []],
  'lambdaDestination.kind': ['text', 'browser'],
  'lambdaDestination.mayDelete': ['json', false],
  'history.days': ['json', 30],
  'history.payloads': ['json', false],
  'console.personalData': ['text', 'shown'],
};

const deployAgain = 'deploy again, which writes the variables of all functions';

const read = (path: HandedPath, env: Environment): unknown => {
  const [kind, whenAbsent] = forms[path];
  const variable = variableOf(path);
  const text = env[variable];
  if (text === undefined) {
    if (whenAbsent === required) throw new Error(`${variable} is not set: ${deployAgain}.`);
    return whenAbsent;
  }
  if (kind === 'text') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${variable} is not JSON: ${deployAgain}.`);
  }
};

/**
 * A function's settings from its environment, as the deployment wrote them. Throws an Error that names the
 * variable that is missing or unreadable.
 */
export const handedSettings = <F extends FunctionName>(fn: F, env: Environment): SettingsOf<F> => {
  let tree: unknown = {};
  for (const path of functionSettings[fn]) {
    const keys = path.split('.');
    const group = keys.slice(0, -1);
    // A group is there also where none of its settings is.
    if (valueAt(tree, group) === undefined) tree = withValue(tree, group, {});
    const value = read(path, env);
    if (value !== undefined) tree = withValue(tree, keys, value);
  }
  // The tree was built from exactly the paths that the type is computed from.
  return tree as SettingsOf<F>;
};
