import * as z from 'zod';
import { dataTypes } from '../data-type.ts';

const text = z.string().min(1);
const restName = z
  .string()
  .regex(/^[A-Za-z]\w*$/, 'a REST name starts with a letter and has letters, digits and _ only');

const refused = z.strictObject({
  code: z.string().regex(/^1\d{3}$/, 'must be the code of a record over REST, like 1003 or 1021'),
  message: text.optional(),
});

const field = z.strictObject({
  /** In both APIs. The API name of a standard field changes that one. */
  name: text,
  rest: restName.nullable().optional(),
  soap: text.nullable().optional(),
  label: text.optional(),
  dataType: z.enum(dataTypes).optional(),
  length: z.int().positive().nullable().optional(),
  readOnly: z.boolean().optional(),
  refused: refused.optional(),
});

const partition = z.strictObject({
  name: text,
  workspace: text.default('Default'),
  /** Whether the API user of the run may write leads of it. */
  writable: z.boolean().default(true),
});

const attribute = z.strictObject({ name: text, apiName: restName, dataType: z.enum(dataTypes) });

const activityType = z.strictObject({
  id: z.int().min(100_001, 'custom activities have ids from 100001'),
  name: text,
  apiName: restName,
  primaryAttribute: attribute,
  attributes: z.array(attribute).max(20, 'a custom activity has at most 20 attributes'),
});

const campaign = z.strictObject({
  id: z.int().positive(),
  name: text,
  /** Whether it has the trigger "Campaign is Requested" with the source Web Service API. */
  requestable: z.boolean().default(true),
});

const program = z.strictObject({
  id: z.int().positive(),
  name: text,
  statuses: z.array(text).min(1),
  memberFields: z
    .array(
      z.strictObject({
        name: restName,
        dataType: z.enum(dataTypes),
        length: z.int().positive().nullable().default(255),
      }),
    )
    .default([]),
});

/** How a record with a value of a wrong type is refused; all of them have code 1003. */
const badValueWordings = ['value', 'fields', 'unquoted', 'none'] as const;
export type BadValueWording = (typeof badValueWordings)[number];

/** What becomes of the id of a lead that lost a merge. */
const mergedIds = ['notFound', 'winner'] as const;

const count = z.int().positive();

/** The schema file. Everything in it is optional. */
export const schemaShape = z.strictObject({
  /** For an editor's completion. */
  $schema: z.string().optional(),
  fields: z.array(field).optional(),
  activityTypes: z.array(activityType).optional(),
  /** What must be equal beside the e-mail where leads are looked up by e-mail: REST names, `partition`. */
  dedupeWith: z.array(text).optional(),
  partitions: z.array(partition).min(1).optional(),
  /** Static lists. */
  lists: z.array(z.strictObject({ id: z.int().positive(), name: text })).optional(),
  /** Programs, each with the statuses of its channel in their order, and with the fields of its members. */
  programs: z.array(program).optional(),
  /** Smart campaigns. */
  campaigns: z.array(campaign).optional(),
  company: z
    .strictObject({
      /** REST names of the fields that belong to the company. */
      fields: z.array(restName).optional(),
      /** Whether Sync Leads may change them. */
      syncLeads: z.enum(['allowed', 'unlessLinked', 'refused']).optional(),
      /** What becomes of a lead that names a company that there is not. */
      unknownLinks: z.enum(['taken', 'refused']).optional(),
      /** As in an instance that is synchronized with a CRM. */
      readOnly: z.boolean().optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      rateCalls: count.optional(),
      callsAtOnce: count.optional(),
      callsPerDay: count.optional(),
      /** Jobs of bulk imports that wait or are at work, and those at work. */
      importsQueued: count.optional(),
      importsAtOnce: count.optional(),
      importRowsPerSecond: count.optional(),
    })
    .optional(),
  badValueWording: z.enum(badValueWordings).optional(),
  mergedIds: z.enum(mergedIds).optional(),
});

/** As it stands in a file: what has a default may be left out. */
export type SchemaInput = z.input<typeof schemaShape>;
export type SchemaFile = z.output<typeof schemaShape>;
export type FieldEntry = z.infer<typeof field>;
export type StaticList = Readonly<NonNullable<SchemaFile['lists']>[number]>;
export type Campaign = Readonly<z.output<typeof campaign>>;
export type Program = Readonly<z.output<typeof program>>;
export type Partition = Readonly<z.infer<typeof partition>>;
export type MergedIds = (typeof mergedIds)[number];
