import * as z from 'zod/mini';
import type { LeadFields } from '../marketoPorts.ts';
import { fieldTypeOf } from '../fieldTypes.ts';
import type { Verdict } from '../marketoTypes.ts';
import { codeIn } from './faults.ts';
import { verdictOf } from './soapErrorRules.ts';

const statusSchema = z.object({
  leadId: z.optional(z.number()),
  status: z.enum(['CREATED', 'UPDATED', 'FAILED']),
  error: z.optional(z.nullable(z.string())),
});

type SyncStatus = z.infer<typeof statusSchema>;

const attributeSchema = z.object({ attrName: z.string(), attrValue: z.nullish(z.string()) });

const recordSchema = z.object({
  Id: z.optional(z.number()),
  Email: z.nullish(z.string()),
  leadAttributeList: z.nullish(z.object({ attribute: z.nullish(z.array(attributeSchema)) })),
});

const resultOf = <T extends z.core.$ZodType>(result: T) => z.object({ result });

const syncLead = resultOf(z.object({ leadId: z.optional(z.number()), syncStatus: statusSchema }));
const syncMultipleLeads = resultOf(
  z.object({ syncStatusList: z.object({ syncStatus: z.array(statusSchema) }) }),
);
const getLead = resultOf(
  z.object({
    leadRecordList: z.nullish(z.object({ leadRecord: z.nullish(z.array(recordSchema)) })),
  }),
);
const fieldSchema = z.object({
  name: z.string(),
  dataType: z.string(),
  size: z.nullish(z.number()),
  isReadonly: z.nullish(z.boolean()),
});
const describeMObject = resultOf(
  z.object({ metadata: z.object({ fieldList: z.object({ field: z.array(fieldSchema) }) }) }),
);

const read = <T extends z.core.$ZodType>(schema: T, answer: unknown): z.infer<T> | undefined =>
  z.safeParse(schema, answer).data;

/** The statuses of a syncLead or syncMultipleLeads answer; `undefined` if it is no such answer. */
export const syncStatuses = (answer: unknown): readonly SyncStatus[] | undefined => {
  const one = read(syncLead, answer)?.result;
  if (one) return [{ ...one.syncStatus, leadId: one.syncStatus.leadId ?? one.leadId }];
  return read(syncMultipleLeads, answer)?.result.syncStatusList.syncStatus;
};

/** The fields that a describeMObject answer lists; `undefined` if it is no such answer. */
export const describedFields = (answer: unknown): LeadFields | undefined => {
  const fields = read(describeMObject, answer)?.result.metadata.fieldList.field;
  return (
    fields &&
    new Map(
      fields.map(({ name, dataType, size, isReadonly }) => [
        name,
        fieldTypeOf({ type: dataType, length: size, readOnly: isReadonly }),
      ]),
    )
  );
};

/** A lead as getLead returns it. */
export interface SoapLead {
  readonly id?: number;
  readonly email?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The leads of a getLead answer; `undefined` if it is no such answer. */
export const foundLeads = (answer: unknown): readonly SoapLead[] | undefined => {
  const result = read(getLead, answer)?.result;
  return (
    result &&
    (result.leadRecordList?.leadRecord ?? []).map((record) => ({
      ...(record.Id !== undefined && { id: record.Id }),
      ...(typeof record.Email === 'string' && { email: record.Email }),
      attributes: Object.fromEntries(
        (record.leadAttributeList?.attribute ?? []).map(({ attrName, attrValue }) => [
          attrName,
          attrValue ?? '',
        ]),
      ),
    }))
  );
};

/**
 * What one lead's status means. A failure without a code counts as "could not be updated" (20106).
 * Whatever a record's code is, its call was worked on.
 */
export const statusVerdict = (
  { leadId, status, error }: SyncStatus,
  names: ReadonlySet<string>,
  isById: boolean,
): Verdict => {
  if (status !== 'FAILED') {
    return {
      kind: 'synced',
      ...(leadId !== undefined && leadId > 0 && { marketoId: leadId }),
      ...(status === 'CREATED' && { isCreated: true }),
    };
  }
  const text = error ?? '';
  const verdict = verdictOf(
    { code: codeIn(text) ?? '20106', text },
    { names, alone: true, isById },
  );
  return verdict.kind === 'unavailable' ? { ...verdict, worked: true } : verdict;
};
