import { readFileSync } from 'node:fs';
import type { ActivityType } from '../activity-types.ts';
import { demoActivityTypes } from '../activity-types.ts';
import type { Field } from '../field.ts';
import { customField } from '../fields.ts';
import type { ImportLimits } from '../imports.ts';
import type { LimitNumbers } from '../limits.ts';
import { problemsOf } from '../problems.ts';
import { standardFields } from '../standard-fields.ts';
import {
  companyFields,
  defaultCampaigns,
  defaultFields,
  defaultLists,
  defaultPrograms,
} from './default.ts';
import type {
  BadValueWording,
  Campaign,
  FieldEntry,
  MergedIds,
  Partition,
  Program,
  SchemaFile,
  SchemaInput,
  StaticList,
} from './shape.ts';
import { schemaShape } from './shape.ts';

/** What an instance is like: everything about it that its administrator decides. */
export interface InstanceSchema {
  /** Beside the standard fields, or in the place of one. */
  readonly fields: readonly Field[];
  readonly activityTypes: readonly ActivityType[];
  readonly dedupeWith: readonly string[];
  /** The first is where leads go that name none. */
  readonly partitions: readonly Partition[];
  readonly lists: readonly StaticList[];
  readonly programs: readonly Program[];
  readonly campaigns: readonly Campaign[];
  readonly company: {
    readonly fields: ReadonlySet<string>;
    readonly syncLeads: 'allowed' | 'unlessLinked' | 'refused';
    readonly unknownLinks: 'taken' | 'refused';
    readonly readOnly: boolean;
  };
  readonly limits: Partial<LimitNumbers & ImportLimits>;
  readonly badValueWording: BadValueWording;
  readonly mergedIds: MergedIds;
}

const standardByName = new Map(
  standardFields.flatMap((field) => [
    [field.rest ?? '', field],
    [field.soap ?? '', field],
  ]),
);

const defined = <Of extends object>(value: Of): Partial<Of> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Of>;

/** The field that an entry makes, or what is wrong with it. */
const fieldOf = (entry: FieldEntry): Field | string => {
  const standard = standardByName.get(entry.name);
  if (standard !== undefined) {
    return { ...standard, ...defined(entry), name: standard.name } as Field;
  }
  if (entry.dataType === undefined) return 'dataType: a field of your own needs one';
  if (entry.rest === null && entry.soap === null)
    return 'a field needs a name in at least one API: rest and soap are both null';
  if (entry.rest === undefined && !/^[A-Za-z]\w*$/.test(entry.name))
    return 'rest: this name is none for REST (a letter, then letters, digits and _); give one, or null';
  return customField({ ...entry, dataType: entry.dataType });
};

const duplicates = (names: readonly (string | null)[]): readonly string[] => [
  ...new Set(
    names.filter((name, place): name is string => name !== null && names.indexOf(name) < place),
  ),
];

/** What the shape alone does not show. */
const faultsIn = (
  { fields = [], dedupeWith = [], partitions = [], company }: SchemaFile,
  made: readonly (Field | string)[],
): readonly string[] => {
  const own = made.filter((field) => typeof field !== 'string');
  const names = new Set(own.map(({ name }) => name));
  const all = [...standardFields.filter(({ name }) => !names.has(name)), ...own];
  const rest = new Set(all.map((field) => field.rest));
  const unknown = (list: readonly string[]) => list.filter((name) => !rest.has(name));
  return [
    ...made.flatMap((field, place) =>
      typeof field === 'string' ? [`fields.${place} (${fields[place]?.name ?? ''}): ${field}`] : [],
    ),
    ...duplicates(all.map((field) => field.rest)).map(
      (name) => `fields: two fields have the REST name ${name}`,
    ),
    ...duplicates(all.map((field) => field.soap)).map(
      (name) => `fields: two fields have the SOAP name ${name}`,
    ),
    ...duplicates(partitions.map(({ name }) => name)).map(
      (name) => `partitions: there are two of the name ${name}`,
    ),
    ...unknown(dedupeWith.filter((name) => name !== 'partition')).map(
      (name) => `dedupeWith: ${name} is neither partition nor the REST name of a field`,
    ),
    ...unknown(company?.fields ?? []).map(
      (name) => `company.fields: ${name} is not the REST name of a field`,
    ),
  ];
};

/**
 * An instance as a schema file describes it; what it leaves out is as in the default one.
 * @throws Error that names every key that is wrong, and what is right
 */
export const parseSchema = (value: unknown): InstanceSchema => {
  const parsed = schemaShape.safeParse(value);
  if (!parsed.success) throw new Error(problemsOf(parsed.error));
  const file = parsed.data;
  const made = (file.fields ?? defaultFields).map(fieldOf);
  const wrong = faultsIn(file, made);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
  return {
    fields: made.filter((field) => typeof field !== 'string'),
    activityTypes: file.activityTypes ?? demoActivityTypes,
    dedupeWith: file.dedupeWith ?? [],
    partitions: file.partitions ?? [{ name: 'Default', workspace: 'Default', writable: true }],
    lists: file.lists ?? defaultLists,
    programs: file.programs ?? defaultPrograms,
    campaigns: file.campaigns ?? defaultCampaigns,
    company: {
      fields: new Set(file.company?.fields ?? companyFields),
      syncLeads: file.company?.syncLeads ?? 'unlessLinked',
      unknownLinks: file.company?.unknownLinks ?? 'taken',
      readOnly: file.company?.readOnly ?? false,
    },
    limits: defined(file.limits ?? {}) as InstanceSchema['limits'],
    badValueWording: file.badValueWording ?? 'value',
    mergedIds: file.mergedIds ?? 'notFound',
  };
};

/**
 * What a schema file says of an instance.
 * @throws Error with the file's name where it cannot be read, is no JSON, or says something wrong
 */
export const readSchemaFile = (path: string): SchemaInput => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    parseSchema(value);
    return value as SchemaInput;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the schema file ${path} cannot be used: ${reason}`, { cause: error });
  }
};
