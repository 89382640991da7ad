import * as z from 'zod';

const targets = [
  'soap',
  'munchkin',
  'syncLead',
  'syncMultipleLeads',
  'getLead',
  'describeMObject',
] as const;

/** What to do to the next calls instead of, or after, answering them. */
export const faultSchema = z
  .strictObject({
    /** A face or an operation; absent: whatever comes next. A `code` without target means soap. */
    target: z.enum(targets).optional(),
    status: z.int().min(400).max(599).optional(),
    code: z
      .union([z.string().regex(/^\d{5}$/, 'is not a SOAP fault code like 20023'), z.int()])
      .transform(String)
      .optional(),
    message: z.string().optional(),
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
    error: 'code is a SOAP fault code; for munchkin give status',
  })
  .refine(({ status, code, drop, after }) => after === undefined || (status ?? code ?? drop), {
    error: 'after needs a failure to follow the effect: status, code or drop',
  });

export type FaultRequest = z.input<typeof faultSchema>;
export type Fault = Readonly<z.output<typeof faultSchema>>;

/** Thrown in the place of an answer; the face turns it into what goes over the wire. */
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

export interface Faults {
  readonly add: (request: FaultRequest) => void;
  readonly list: () => readonly Fault[];
  readonly clear: () => void;
  /** The first waiting fault for the call, its count lowered. */
  readonly take: (face: string, operation: string) => Fault | undefined;
}

/** Faults that wait for their calls, oldest first. */
export const createFaults = (): Faults => {
  let waiting: Fault[] = [];
  const concerns = (fault: Fault, face: string, operation: string): boolean => {
    const target = fault.target ?? (fault.code === undefined ? face : 'soap');
    return target === face || target === operation;
  };
  return {
    add: (request) => {
      waiting.push(faultSchema.parse(request));
    },
    list: () => waiting,
    clear: () => {
      waiting = [];
    },
    take: (face, operation) => {
      const index = waiting.findIndex((fault) => concerns(fault, face, operation));
      const fault = waiting[index];
      if (fault === undefined) return undefined;
      const left = fault.count - 1;
      waiting = waiting.toSpliced(index, 1, ...(left > 0 ? [{ ...fault, count: left }] : []));
      return fault;
    },
  };
};
