import type { RelationKind } from '../../../../lambdas/lead/relations.ts';
import type { Preview } from '../../../preview/types.ts';

/** How a row differs between the mapping in force and the one that is tried. */
export type Change = 'same' | 'new' | 'changed' | 'gone';

export interface Row {
  readonly name: string;
  readonly value?: unknown;
  /** What made it, or why it is not there. */
  readonly why: string;
  readonly change: Change;
  /** The value by the mapping in force, where it is another one. */
  readonly before?: unknown;
}

type Plain = Omit<Row, 'change' | 'before'>;

const isSame = (left: Plain, right: Plain): boolean =>
  JSON.stringify([left.value, left.why]) === JSON.stringify([right.value, right.why]);

/** Rows of both, those of `after` in its order, and then what is gone. */
const compared = (before: readonly Plain[], after: readonly Plain[]): readonly Row[] => {
  const old = new Map(before.map((row) => [row.name, row]));
  const names = new Set(after.map(({ name }) => name));
  return [
    ...after.map((row): Row => {
      const was = old.get(row.name);
      if (was === undefined) return { ...row, change: 'new' };
      return isSame(was, row)
        ? { ...row, change: 'same' }
        : { ...row, change: 'changed', before: was.value };
    }),
    ...before
      .filter(({ name }) => !names.has(name))
      .map((row): Row => ({ ...row, change: 'gone' })),
  ];
};

/** An object as rows; what is within an object is one text. */
const parts = (object: object | undefined): readonly Plain[] =>
  Object.entries(object ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => ({ name, value, why: '' }));

/** Registers that are no fields, by their kind: in a marketer's words. */
const registerNames: Readonly<Record<RelationKind | 'partition', string>> = {
  list: 'Static list',
  program: 'Status in program',
  member: 'Program member',
  campaign: 'Request of campaign',
  link: 'Belongs to',
  company: 'Company’s',
  partition: 'Partition of a new',
};

const registerName = (register: string): string => {
  const [kind = '', ...id] = register.split(':');
  const known = Object.hasOwn(registerNames, kind)
    ? registerNames[kind as keyof typeof registerNames]
    : kind;
  return [known, id.join(':')].filter(Boolean).join(' ');
};

const registerValue = (value: unknown): unknown => {
  if (typeof value !== 'boolean') return value;
  return value ? 'added' : 'removed';
};

const outcomes: Readonly<Record<string, string>> = {
  acted: 'It applies.',
  condition: 'Its condition is not met',
  taken: 'Another rule did it already',
  empty: 'It finds no value',
  overruled: 'Another rule sends the event nowhere',
};

const outcomeOf = (outcome: string, because: string | undefined): string => {
  const says = outcomes[outcome] ?? outcome;
  return because === undefined ? says : `${says.replace(/\.$/, '')}: ${because}`;
};

/** What the page shows of a preview, part by part. */
const partsOf = {
  fields: ({ fields }) => fields.map(({ field, value, by }) => ({ name: field, value, why: by })),
  memberships: ({ memberships, company }) =>
    [...memberships, ...(company?.values ?? [])].map(({ register, value }) => ({
      name: registerName(register),
      value: registerValue(value),
      why: '',
    })),
  activity: ({ activity }) => parts(activity),
  visit: ({ visit }) => parts(visit),
  leftOut: ({ leftOut }) => leftOut.map(({ trait, because }) => ({ name: trait, why: because })),
  rules: ({ rules }) =>
    rules.map(({ rule, outcome, because }) => ({ name: rule, why: outcomeOf(outcome, because) })),
} as const satisfies Readonly<Record<string, (preview: Preview) => readonly Plain[]>>;

export type Part = keyof typeof partsOf;

/** One part of a preview; where a mapping is tried, with what it changes. */
export const rowsOf = (part: Part, inForce: Preview, tried?: Preview): readonly Row[] => {
  const before = partsOf[part](inForce);
  return compared(before, tried ? partsOf[part](tried) : before);
};

const joined = (texts: readonly string[]): string =>
  texts.length < 2
    ? (texts[0] ?? '')
    : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;

const counted = (many: number, one: string): string =>
  `${many === 1 ? 'one' : many} ${one}${many === 1 ? '' : 's'}`;

/** What becomes of the event, in a sentence for somebody in a hurry. */
export const summaryOf = (preview: Preview): string => {
  const { stopped, dropped, fields, memberships, company, activity, visit } = preview;
  if (stopped !== undefined) return `Nothing goes to Marketo. The event is ${stopped}.`;
  const does = [
    fields.length > 0 && `sets ${counted(fields.length, 'field')}`,
    memberships.length > 0 && `says ${counted(memberships.length, 'more thing')} about the lead`,
    company !== undefined && 'writes a company',
    activity !== undefined && 'adds a custom activity',
    visit !== undefined && 'sends a web page visit',
  ].filter((text) => text !== false);
  if (does.length === 0)
    return `Nothing goes to Marketo${dropped === undefined ? ', but the event still says which keys belong to one person.' : `: ${dropped}.`}`;
  return `The event ${joined(does)}.${dropped === undefined ? '' : ` ${dropped.charAt(0).toUpperCase()}${dropped.slice(1)}.`}`;
};
