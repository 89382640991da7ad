import * as z from 'zod';
import type { HistoryOutcome } from '../../lambdas/history/types.ts';
import { isEmail } from '../../lambdas/segment/email.ts';
import type { EventType } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { consoleLimits } from '../limits.ts';
import { OperationsError } from '../error.ts';
import type { EventsQuery, PreviewQuery, TestEvent, Which, Who } from '../views.ts';

const { ids: maxIds, idCharacters, events: maxEvents, partCharacters } = consoleLimits;

const filled = z.string().min(1, 'is empty');
const email = filled.refine((text) => isEmail(text.trim()), 'is not an e-mail address');
const hashedId = z.string().regex(/^[\w-]{43}$/, 'is not a hashed id (43 letters, digits, - or _)');
const shortHash = z
  .string()
  .regex(/^[\w-]{11}$/, 'is not a short hash (11 letters, digits, - or _)');

const moment = z.int().min(0, 'is negative').transform(epochMs);
const part = filled.min(partCharacters, `has fewer than ${partCharacters} characters`);
const minuteMs = 60_000;
const yearMs = 366 * 24 * 60 * minuteMs;

const eventTypes = [
  'identify',
  'track',
  'page',
  'delete',
  'withdraw',
] as const satisfies readonly EventType[];
const outcomes = [
  'waiting',
  'held',
  'delivered',
  'unchanged',
  'superseded',
  'dropped',
  'refused',
  'dead',
  'carriedOut',
] as const satisfies readonly HistoryOutcome[];

/** An object with exactly one of these keys. */
const oneOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => {
  const names = Object.keys(shape);
  const hasOne = (given: object): boolean => Object.keys(given).length === 1;
  return z
    .strictObject(shape)
    .partial()
    .refine(hasOne, `give exactly one of ${names.join(', ')}`);
};

const ids = z.strictObject({
  ids: z
    .array(filled.max(idCharacters, `has more than ${idCharacters} characters`))
    .min(1, 'is empty: name at least one dead letter')
    .max(maxIds, `has more than ${maxIds} dead letters: send them in several requests`),
});

const schemas = {
  nothing: z.strictObject({}),
  who: oneOf({
    email,
    userId: filled,
    anonymousId: filled,
    cookie: filled,
    lead: hashedId,
    key: hashedId,
  }),
  which: oneOf({ messageId: filled, message: shortHash }),
  message: z.strictObject({ message: shortHash }),
  reveal: oneOf({ message: shortHash, lead: hashedId, key: hashedId }),
  after: z.strictObject({ after: filled.optional() }),
  ids,
  preview: z.strictObject({
    event: z.json(),
    source: z.enum(['browser', 'server']),
    mapping: z.string().optional(),
  }),
  events: z.strictObject({
    filter: z.strictObject({
      from: moment.optional(),
      to: moment.optional(),
      outcomes: z.array(z.enum(outcomes)).min(1, 'is empty').optional(),
      type: z.enum(eventTypes).optional(),
      name: filled.optional(),
      source: filled.optional(),
      reason: filled.optional(),
      person: part.optional(),
      owner: hashedId.optional(),
      messageId: filled.optional(),
    }),
    most: z.int().min(1, 'is less than 1').max(maxEvents, `is more than ${maxEvents}`),
    after: filled.optional(),
  }),
  part: z.strictObject({ part }),
  stretch: z.strictObject({
    forMs: z.int().min(minuteMs, 'is less than a minute').max(yearMs, 'is more than a year'),
  }),
  event: z.strictObject({ event: z.record(z.string(), z.json()) }),
  user: z.strictObject({ user: filled }),
} as const;

/** Whom or what to show unmasked: an event with its bodies, or a person. */
export type Revealed =
  { readonly message: string } | { readonly lead: string } | { readonly key: string };

export interface Asked {
  readonly nothing: Readonly<Record<string, never>>;
  readonly who: Who;
  readonly which: Which;
  readonly message: { readonly message: string };
  readonly reveal: Revealed;
  readonly after: { readonly after?: string };
  readonly ids: { readonly ids: readonly string[] };
  readonly events: EventsQuery;
  readonly part: { readonly part: string };
  readonly stretch: { readonly forMs: number };
  readonly preview: PreviewQuery;
  readonly event: { readonly event: TestEvent };
  readonly user: { readonly user: string };
}

const sentence = ({ path, message, code, ...issue }: z.core.$ZodIssue): string => {
  const field = path.join('.');
  if (code === 'unrecognized_keys') {
    return `${(issue as z.core.$ZodIssueUnrecognizedKeys).keys.join(', ')} is not known here`;
  }
  if (code === 'custom' && field === '') return message;
  if (code === 'invalid_type') {
    const { expected } = issue as z.core.$ZodIssueInvalidType;
    if (field === '') return `the body must be a JSON ${expected}`;
    return `${field} must be ${expected === 'array' ? 'an' : 'a'} ${expected}`;
  }
  return `${field} ${message}`;
};

/**
 * What a request's body asks for.
 * @throws OperationsError `bad-input` that names each field and what is wrong with it, without its value
 */
export const askedIn = <Kind extends keyof Asked>(kind: Kind, body: unknown): Asked[Kind] => {
  const parsed = schemas[kind].safeParse(body);
  if (!parsed.success) {
    throw new OperationsError('bad-input', parsed.error.issues.map(sentence).join('; '));
  }
  // The schema of each kind was written for its type, which has no absent key set to undefined.
  return parsed.data as Asked[Kind];
};
