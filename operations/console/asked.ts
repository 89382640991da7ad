import * as z from 'zod';
import { isEmail } from '../../lambdas/segment/email.ts';
import { consoleLimits } from '../limits.ts';
import { OperationsError } from '../error.ts';
import type { PreviewQuery, TestEvent, Which, Who } from '../views.ts';

const { ids: idsMost, idCharacters } = consoleLimits;

const filled = z.string().min(1, 'is empty');
const email = filled.refine((text) => isEmail(text.trim()), 'is not an e-mail address');
const hashedId = z.string().regex(/^[\w-]{43}$/, 'is not a hashed id (43 letters, digits, - or _)');
const shortHash = z
  .string()
  .regex(/^[\w-]{11}$/, 'is not a short hash (11 letters, digits, - or _)');

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
    .max(idsMost, `has more than ${idsMost} dead letters: send them in several requests`),
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
  after: z.strictObject({ after: filled.optional() }),
  ids,
  preview: z.strictObject({
    event: z.json(),
    source: z.enum(['browser', 'server']),
    mapping: z.string().optional(),
  }),
  event: z.strictObject({ event: z.record(z.string(), z.json()) }),
  user: z.strictObject({ user: filled }),
} as const;

export interface Asked {
  readonly nothing: Readonly<Record<string, never>>;
  readonly who: Who;
  readonly which: Which;
  readonly after: { readonly after?: string };
  readonly ids: { readonly ids: readonly string[] };
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
