import * as z from 'zod/mini';
import type { LeadFields } from '../marketoPorts.ts';
import { fieldTypeOf } from '../fieldTypes.ts';
import type { TransportFailure } from '../transport.ts';
import type { ApiError } from './apiErrors.ts';
import { updateNameOf } from './names.ts';
import type { HttpReply } from './restRequest.ts';
import { restErrorRules } from './restErrorRules.ts';

export const apiErrorSchema = z.object({
  code: z.nullish(z.union([z.string(), z.number()])),
  message: z.nullish(z.string()),
});

const envelopeSchema = z.object({
  success: z.boolean(),
  errors: z.nullish(z.array(apiErrorSchema)),
  result: z.nullish(z.array(z.unknown())),
  nextPageToken: z.nullish(z.string()),
});

const recordsSchema = z.array(
  z.object({
    id: z.nullish(z.int()),
    status: z.nullish(z.string()),
    reasons: z.nullish(z.array(apiErrorSchema)),
  }),
);

/** Activities have `errors` where leads have `reasons`. */
const activitiesSchema = z.array(
  z.object({ status: z.nullish(z.string()), errors: z.nullish(z.array(apiErrorSchema)) }),
);

const describedSchema = z.array(
  z.object({
    dataType: z.string(),
    length: z.nullish(z.number()),
    rest: z.nullish(z.object({ name: z.string(), readOnly: z.nullish(z.boolean()) })),
  }),
);

const tokenSchema = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  expires_in: z.number(),
});

/** Marketo's result, its errors, or what is known of the lack of both. */
export type RestAnswer =
  | {
      readonly result: readonly unknown[];
      readonly status: number;
      /** There are more results, which this leads to. */
      readonly nextPageToken?: string;
    }
  | { readonly complaints: readonly ApiError[] }
  | { readonly failure: TransportFailure };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Whatever else stands in place of a code may be a value, and counts as none. */
export const apiErrorOf = ({ code, message }: z.infer<typeof apiErrorSchema>): ApiError => ({
  ...(/^\d{1,5}$/.test(String(code)) && { code: String(code) }),
  text: message ?? '',
});

/**
 * Reads the answer to an API request. Marketo complains with HTTP 200; an HTTP status of its own
 * speaks where the body does not.
 */
export const readAnswer = (reply: HttpReply): RestAnswer => {
  if ('failure' in reply) return reply;
  const { status, text } = reply;
  const isOk = status >= 200 && status < 300;
  const envelope = envelopeSchema.safeParse(parsed(text)).data;
  const apiErrors = (envelope?.errors ?? []).map(apiErrorOf);
  if (envelope?.success === false && (isOk || apiErrors.length > 0))
    return { complaints: apiErrors };
  if (envelope?.success && isOk) {
    const { result, nextPageToken } = envelope;
    return { result: result ?? [], status, ...(nextPageToken && { nextPageToken }) };
  }
  return !isOk && restErrorRules.has(String(status))
    ? { complaints: [{ code: String(status), text: '' }] }
    : { failure: { status } };
};

/** Reads an answer that is a file where all is well: its text is the only result. */
export const readFileAnswer = (reply: HttpReply): RestAnswer => {
  const isFile = 'text' in reply && reply.status === 200 && !reply.text.startsWith('{');
  return isFile ? { result: [reply.text], status: reply.status } : readAnswer(reply);
};

interface RecordAnswer {
  readonly id?: number;
  readonly isWritten: boolean;
  readonly isCreated: boolean;
  /** Marketo's word for what became of it, where it is one that it does not document. */
  readonly oddStatus?: string;
  readonly reasons: readonly ApiError[];
}

const documentedStatuses: ReadonlySet<string> = new Set(['created', 'updated', 'skipped']);

/** A word, and no value that found its way there. */
const oddStatusIn = (status: string | null | undefined): string | undefined =>
  status && !documentedStatuses.has(status) && /^[a-z_ ]{1,30}$/i.test(status) ? status : undefined;

/** What became of each record of a `leads.json` request; `undefined` if the result is none. */
export const recordAnswers = (result: readonly unknown[]): readonly RecordAnswer[] | undefined =>
  recordsSchema.safeParse(result).data?.map(({ id, status, reasons }) => {
    const oddStatus = oddStatusIn(status);
    return {
      ...(typeof id === 'number' && id > 0 && { id }),
      isWritten: status === 'created' || status === 'updated',
      isCreated: status === 'created',
      ...(oddStatus !== undefined && { oddStatus }),
      reasons: (reasons ?? []).map(apiErrorOf),
    };
  });

/** What became of each lead of a `leads/delete.json` request; `undefined` if the result is none. */
export const removalAnswers = (
  result: readonly unknown[],
):
  | readonly {
      readonly id?: number;
      readonly isDeleted: boolean;
      readonly reasons: readonly ApiError[];
    }[]
  | undefined =>
  recordsSchema.safeParse(result).data?.map(({ id, status, reasons }) => ({
    ...(typeof id === 'number' && { id }),
    isDeleted: status === 'deleted',
    reasons: (reasons ?? []).map(apiErrorOf),
  }));

/** A lead that a search found. */
export interface FoundLead {
  readonly id: number;
  /** Its value of the field that was searched. */
  readonly key: string;
  /** In milliseconds since 1970; 0 where Marketo did not say it. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const foundSchema = z.array(z.looseObject({ id: z.int().check(z.positive()) }));

const timeIn = (value: unknown): number => (typeof value === 'string' && Date.parse(value)) || 0;

/** The leads in the answer to a search by this field; `undefined` if the result is none. */
export const foundLeads = (
  result: readonly unknown[],
  field: string,
): readonly FoundLead[] | undefined =>
  foundSchema.safeParse(result).data?.map(({ id, createdAt, updatedAt, [field]: key }) => ({
    id,
    key: typeof key === 'string' || typeof key === 'number' ? String(key) : '',
    createdAt: timeIn(createdAt),
    updatedAt: timeIn(updatedAt),
  }));

interface ActivityAnswer {
  readonly isAdded: boolean;
  readonly errors: readonly ApiError[];
}

/** What became of each activity of a request; `undefined` if the result is none. */
export const activityAnswers = (
  result: readonly unknown[],
): readonly ActivityAnswer[] | undefined =>
  activitiesSchema.safeParse(result).data?.map(({ status, errors }) => ({
    isAdded: status === 'added',
    errors: (errors ?? []).map(apiErrorOf),
  }));

/** Why a cookie was not associated although the call succeeded; empty if it was. */
export const cookieReasons = (result: readonly unknown[]): readonly ApiError[] =>
  (recordsSchema.safeParse(result).data ?? [])
    .flatMap(({ reasons }) => reasons ?? [])
    .map(apiErrorOf);

/** The fields that REST can see, by the names of updates; `undefined` if the result describes none. */
export const describedFields = (result: readonly unknown[]): LeadFields | undefined => {
  const fields = describedSchema.safeParse(result).data;
  return (
    fields &&
    new Map(
      fields.flatMap(({ dataType, length, rest }) =>
        rest
          ? [
              [
                updateNameOf(rest.name),
                fieldTypeOf({ type: dataType, length, readOnly: rest.readOnly }),
              ] as const,
            ]
          : [],
      ),
    )
  );
};

/** The token in an answer of the identity service, and its life in seconds. */
export const readToken = (
  text: string,
): { readonly token: string; readonly lifeSeconds: number } | undefined => {
  const answer = tokenSchema.safeParse(parsed(text)).data;
  return answer && { token: answer.access_token, lifeSeconds: answer.expires_in };
};
