import * as z from 'zod';
import type { Reason } from './refusal.ts';

const soapTargets = [
  'soap',
  'syncLead',
  'syncMultipleLeads',
  'getLead',
  'describeMObject',
] as const;
const restTargets = [
  'rest',
  'leads',
  'getLeads',
  'associate',
  'describe',
  'activities',
  'activityTypes',
] as const;
const targets = [...soapTargets, ...restTargets, 'token', 'munchkin'] as const;
/** Calls over REST whose answers have an entry for each record. */
const recordOperations = ['leads', 'activities'] as const;

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
    /** The code stands in the answer of the first record, and the others work. */
    level: z.literal('record').optional(),
    /** With `level`: it is this lead's record instead, in calls that carry it. */
    email: z.string().min(1).optional(),
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
  .refine(({ level, code }) => level === undefined || (code && !isSoapCode(code)), {
    error: 'level needs a code of REST, like 1003',
  })
  .refine(({ level, status }) => level === undefined || status === undefined, {
    error: 'a record has no HTTP status: give level without status',
  })
  .refine(
    ({ level, target = 'rest' }) =>
      level === undefined || isOneOf(['rest', ...recordOperations], target),
    { error: `only answers of these have records: ${recordOperations.join(', ')}` },
  )
  .refine(({ email, level, target }) => !email || (level && target !== 'activities'), {
    error: 'email names the record of a lead: give it with level, for leads',
  })
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

export interface Faults {
  readonly add: (request: FaultRequest) => void;
  readonly list: () => readonly Fault[];
  readonly clear: () => void;
  /** The first waiting fault for the call about these leads, its count lowered. */
  readonly take: (
    endpoint: string,
    operation: string,
    leads?: readonly string[],
  ) => Fault | undefined;
}

/** The endpoint that a fault without target waits for; undefined: any. */
const endpointOf = ({ code }: Fault): string | undefined => {
  if (code === undefined) return undefined;
  return isSoapCode(code) ? 'soap' : 'rest';
};

/** Whether a fault for one record may hit the record of this lead. */
export const hits = ({ email }: Fault, lead = ''): boolean =>
  email === undefined || email.toLowerCase() === lead.toLowerCase();

const concerns = (
  fault: Fault,
  endpoint: string,
  operation: string,
  leads: readonly string[],
): boolean => {
  if (fault.email !== undefined && !leads.some((lead) => hits(fault, lead))) return false;
  if (fault.level === 'record' && !isOneOf(recordOperations, operation)) return false;
  const target = fault.target ?? endpointOf(fault);
  return target === undefined ? endpoint !== 'token' : target === endpoint || target === operation;
};

/** Faults that wait for their calls, oldest first. */
export const createFaults = (): Faults => {
  let waiting: Fault[] = [];
  return {
    add: (request) => {
      waiting.push(faultSchema.parse(request));
    },
    list: () => waiting,
    clear: () => {
      waiting = [];
    },
    take: (endpoint, operation, leads = []) => {
      const index = waiting.findIndex((fault) => concerns(fault, endpoint, operation, leads));
      const fault = waiting[index];
      if (fault === undefined) return undefined;
      const left = fault.count - 1;
      waiting = waiting.toSpliced(index, 1, ...(left > 0 ? [{ ...fault, count: left }] : []));
      return fault;
    },
  };
};
