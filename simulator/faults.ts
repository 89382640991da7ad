import * as z from 'zod';
import type { Reason } from './refusal.ts';

const soapTargets = [
  'soap',
  'syncLead',
  'syncMultipleLeads',
  'getLead',
  'describeMObject',
  'mergeLeads',
] as const;
/** What a route of the REST API is called here. */
const restOperations = [
  'leads',
  'getLeads',
  'getLeadById',
  'deleteLeads',
  'merge',
  'partitions',
  'associate',
  'describe',
  'activities',
  'activityTypes',
  'addToList',
  'removeFromList',
  'getListLeads',
  'getLists',
  'programStatus',
  'programMembers',
  'getProgramMembers',
  'requestCampaign',
  'companies',
  'getCompanies',
  'describeCompanies',
  'importLeads',
  'importStatus',
  'importFailures',
  'importWarnings',
] as const;
export type RestOperation = (typeof restOperations)[number];
/** The work of a bulk import: a code fails the whole job, a delay makes it longer; with `level` one row of it fails. */
export const importJob = 'importJob';
const restTargets = ['rest', ...restOperations, importJob] as const;
const targets = [...soapTargets, ...restTargets, 'token', 'munchkin'] as const;
/** Calls whose answers have an entry for each record. */
const recordOperations = [
  'leads',
  'activities',
  'addToList',
  'removeFromList',
  'programStatus',
  'programMembers',
  'companies',
  'syncMultipleLeads',
  importJob,
] as const;

const isOneOf = (list: readonly string[], name: string | undefined): boolean =>
  name !== undefined && list.includes(name);
const isSoapCode = (code: string): boolean => code.length === 5;

/** What to do to the next calls instead of, or after, answering them. */
export const faultSchema = z
  .strictObject({
    /**
     * An endpoint or an operation; absent: whatever comes next, requests for a token excepted. A `code`
     * without target means the API that has such codes.
     */
    target: z.enum(targets).optional(),
    status: z.int().min(400).max(599).optional(),
    /** Five digits over SOAP, three or four over REST. */
    code: z
      .union([
        z.string().regex(/^\d{3,5}$/, 'is no code like 20023 (SOAP) or 606 (REST)'),
        z.int().min(100).max(99_999),
      ])
      .transform(String)
      .optional(),
    message: z.string().optional(),
    /** The code stands in the answer of one record, and the others work. */
    level: z.literal('record').optional(),
    /** Which record it hits with `level`, and which calls without: those about this lead. */
    email: z.string().min(1).optional(),
    lead: z.int().positive().optional(),
    /** The same for records that carry this field, by its name in the API of the call. */
    field: z.string().min(1).optional(),
    delayMs: z.int().min(0).max(600_000).optional(),
    count: z.int().min(1).max(1_000_000).default(1),
    drop: z.literal(true).optional(),
    after: z.literal(true).optional(),
  })
  .refine(({ status, code, drop, delayMs }) => status ?? code ?? drop ?? delayMs, {
    error: 'a fault needs at least one of status, code, drop and delayMs',
  })
  .refine(({ status, code, drop }) => drop === undefined || (status ?? code) === undefined, {
    error: 'drop closes the connection without an answer, so it goes with neither status nor code',
  })
  .refine(({ target, code }) => code === undefined || target !== 'munchkin', {
    error: 'code is for soap and rest; for munchkin give status',
  })
  .refine(({ target, code }) => code === undefined || target !== 'token', {
    error: 'code is for soap and rest; for token give status',
  })
  .refine(({ target, code }) => !code || !isOneOf(soapTargets, target) || isSoapCode(code), {
    error: 'code must be one of SOAP for this target: five digits, like 20023',
  })
  .refine(({ target, code }) => !code || !isOneOf(restTargets, target) || !isSoapCode(code), {
    error: 'code must be one of REST for this target: three or four digits, like 606',
  })
  .refine(({ code }) => code !== '413' && code !== '414', {
    error: '413 and 414 are HTTP statuses: give status instead of code',
  })
  .refine(({ level, code }) => level === undefined || code, {
    error: 'level needs a code, like 1003 for a record over REST',
  })
  .refine(({ level, status }) => level === undefined || status === undefined, {
    error: 'a record has no HTTP status: give level without status',
  })
  .refine(
    ({ level, target = 'rest' }) =>
      level === undefined || isOneOf(['rest', 'soap', ...recordOperations], target),
    { error: `only answers of these have records: ${recordOperations.join(', ')}` },
  )
  .refine(
    ({ email, lead, field, target = 'leads' }) =>
      (email ?? lead ?? field) === undefined || !isOneOf(['token', 'munchkin'], target),
    { error: 'email, lead and field are for calls about leads, not for token and munchkin' },
  )
  .refine(({ status, code, drop, after }) => after === undefined || (status ?? code ?? drop), {
    error: 'after needs a failure to follow the effect: status, code or drop',
  });

export type FaultRequest = z.input<typeof faultSchema>;
export type Fault = Readonly<z.output<typeof faultSchema>>;

/** Thrown in the place of an answer; the endpoint turns it into what goes over the wire. */
export class Injected extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super('injected fault');
    this.name = 'Injected';
    this.fault = fault;
  }
}

export const isFailure = (fault: Fault): boolean =>
  fault.status !== undefined || fault.code !== undefined || fault.drop !== undefined;

/** What a fault for one record says in the place of that record's result. */
export const wordsOf = ({ code = '', message = '' }: Fault): Reason => ({
  kind: 'worded',
  code,
  message,
});

/** A lead or a record that a call is about. */
export interface Subject {
  readonly email?: string | null | undefined;
  readonly id?: number | undefined;
  /** Names of the fields that it carries, as the API of the call has them. */
  readonly fields?: readonly string[];
}

export interface Faults {
  readonly add: (request: FaultRequest) => void;
  readonly list: () => readonly Fault[];
  readonly clear: () => void;
  /** The first waiting fault for the whole call about these leads, its count lowered. */
  readonly takeForCall: (
    endpoint: string,
    operation: string,
    subjects: () => readonly Subject[],
  ) => Fault | undefined;
  /** The first waiting fault for this record, its count lowered. */
  readonly takeForRecord: (
    endpoint: string,
    operation: string,
    subject: () => Subject,
  ) => Fault | undefined;
}

/** The endpoint that a fault without target waits for; undefined: any. */
const endpointOf = ({ code }: Fault): string | undefined => {
  if (code === undefined) return undefined;
  return isSoapCode(code) ? 'soap' : 'rest';
};

const isTarget = (fault: Fault, endpoint: string, operation: string): boolean => {
  const target = fault.target ?? endpointOf(fault);
  if (target === undefined) return endpoint !== 'token' && endpoint !== importJob;
  return target === endpoint || target === operation;
};

const hasSelector = ({ email, lead, field }: Fault): boolean =>
  (email ?? lead ?? field) !== undefined;

const selects = ({ email, lead, field }: Fault, subject: Subject): boolean =>
  (email === undefined || email.toLowerCase() === subject.email?.toLowerCase()) &&
  (lead === undefined || lead === subject.id) &&
  (field === undefined || subject.fields?.includes(field) === true);

/** Faults that wait for their calls, oldest first. */
export const createFaults = (): Faults => {
  let waiting: readonly Fault[] = [];

  const take = (concerns: (fault: Fault) => boolean): Fault | undefined => {
    const index = waiting.findIndex(concerns);
    const fault = waiting[index];
    if (fault === undefined) return undefined;
    const left = fault.count - 1;
    waiting = waiting.toSpliced(index, 1, ...(left > 0 ? [{ ...fault, count: left }] : []));
    return fault;
  };

  return {
    add: (request) => {
      waiting = [...waiting, faultSchema.parse(request)];
    },
    list: () => waiting,
    clear: () => {
      waiting = [];
    },
    takeForCall: (endpoint, operation, subjects) =>
      take(
        (fault) =>
          fault.level === undefined &&
          isTarget(fault, endpoint, operation) &&
          (!hasSelector(fault) || subjects().some((subject) => selects(fault, subject))),
      ),
    takeForRecord: (endpoint, operation, subject) =>
      isOneOf(recordOperations, operation)
        ? take(
            (fault) =>
              fault.level === 'record' &&
              isTarget(fault, endpoint, operation) &&
              (!hasSelector(fault) || selects(fault, subject())),
          )
        : undefined,
  };
};
