import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Json } from '../../segment/event.ts';
import { canonicalJson } from '../text.ts';
import { describe, forChecking } from './described.ts';
import { isPath, readerOf } from './paths.ts';
import type { EventView, PathReader } from './paths.ts';

const aPath =
  'a path like "traits.plan", "properties.order.id", "properties.items.0.sku", "context.page.url", "userId" or "email"';

/** A place in an event. */
export const pathSchema = forChecking(() =>
  describe(z.string().check(z.refine(isPath)), {
    description:
      'A place in the event. It begins with traits, properties, context or integrations, or is one of type, event, name, userId, anonymousId, messageId, email, timestamp and receivedAt. Case, spaces and underscores of names do not matter; items of lists are named by their number.',
    values: aPath,
  }),
);

/** What a constant, a default or a condition may be. */
export const scalarSchema = forChecking(() =>
  describe(z.union([z.string(), z.number(), z.boolean()]), {
    description: 'A text, a number, true or false.',
    values: 'a text, a number, true or false',
  }),
);

const piece = forChecking(() =>
  describe(z.union([pathSchema, z.strictObject({ constant: scalarSchema })]), {
    description: 'A path, or a constant.',
    values: `${aPath}, or {"constant": …}`,
  }),
);

const kinds = ['path', 'constant', 'join'] as const;

const whole = forChecking(() =>
  describe(
    z
      .strictObject({
        path: z.optional(
          describe(z.union([pathSchema, z.array(pathSchema).check(z.minLength(1))]), {
            description: 'A path, or several of which the first that has a value counts.',
            values: `${aPath}, or a list of such paths`,
          }),
        ),
        constant: z.optional(scalarSchema),
        join: z.optional(
          describe(z.array(piece).check(z.minLength(1)), {
            description:
              'Paths and constants whose texts are put together; what has no value is left out.',
            values: 'a list of paths and {"constant": …}',
          }),
        ),
        with: z.optional(
          describe(z.string(), {
            description: 'Stands between the texts of `join`. Default: nothing.',
            values: 'a text',
          }),
        ),
        default: z.optional(
          describe(scalarSchema, {
            description: 'Goes where there is no value.',
            values: 'a text, a number, true or false',
          }),
        ),
        hash: z.optional(
          describe(z.enum(['sha256']), {
            description: 'Sends the SHA-256 of the value’s text (UTF-8) in lower-case hex instead.',
            values: 'sha256',
          }),
        ),
      })
      .check(
        z.refine((of) => kinds.filter((kind) => of[kind] !== undefined).length === 1),
        z.refine((of) => of.with === undefined || of.join !== undefined),
      ),
    {
      description: 'A value with exactly one of path, constant and join.',
      values: 'an object with exactly one of path, constant and join ("with" goes with join alone)',
    },
  ),
);

/** Where a value comes from. */
export const sourceSchema = forChecking(() =>
  describe(z.union([pathSchema, whole]), {
    description:
      'Where a value comes from: a path, or an object with path, constant or join, and where wanted default and hash.',
    values: `${aPath}, or an object like {"path": "traits.plan", "default": "free"}, {"constant": "CHF"}, {"join": ["traits.first", "traits.last"], "with": " "} or {"path": "email", "hash": "sha256"}`,
  }),
);

export type Source = z.infer<typeof sourceSchema>;
type Scalar = z.infer<typeof scalarSchema>;

/** All paths of a source, in the order in which they are tried. */
export const pathsIn = (source: Source): readonly string[] => {
  if (typeof source === 'string') return [source];
  const { path = [], join = [] } = source;
  const pieces = join.filter((one) => typeof one === 'string');
  return [...(typeof path === 'string' ? [path] : path), ...pieces];
};

/** What a source is called in a log and in the preview; holds no values of events. */
export const labelOf = (source: Source): string => pathsIn(source).join(' + ') || 'a constant';

const isEmpty = (value: Json | undefined): value is undefined | null | '' =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const textOf = (value: Json): string =>
  typeof value === 'string' ? value : (canonicalJson(value) ?? '');

const firstOf = (reads: readonly PathReader[]): PathReader => {
  const [only] = reads;
  if (reads.length === 1 && only !== undefined) return only;
  return (view) => {
    let last: Json | undefined;
    for (const read of reads) {
      const value = read(view);
      if (!isEmpty(value)) return value;
      last ??= value;
    }
    return last;
  };
};

const joined =
  (pieces: readonly PathReader[], between: string): PathReader =>
  (view) => {
    const texts = pieces.flatMap((read) => {
      const value = read(view);
      return isEmpty(value) ? [] : [textOf(value)];
    });
    return texts.length === 0 ? undefined : texts.join(between);
  };

const constantly =
  (value: Scalar): PathReader =>
  () =>
    value;

/**
 * A source, made ready. It reads undefined where the event has nothing there, and null where it says
 * null, so that the setting `nulls` decides.
 */
export const compileSource = (source: Source): PathReader => {
  if (typeof source === 'string') return readerOf(source);
  const { path, constant, join, with: between = '', default: fallback, hash } = source;
  const read =
    constant !== undefined
      ? constantly(constant)
      : join !== undefined
        ? joined(
            join.map((one) => (typeof one === 'string' ? readerOf(one) : constantly(one.constant))),
            between,
          )
        : firstOf((typeof path === 'string' ? [path] : (path ?? [])).map(readerOf));
  const filled =
    fallback === undefined
      ? read
      : (view: EventView): Json | undefined => {
          const value = read(view);
          return isEmpty(value) ? fallback : value;
        };
  if (hash === undefined) return filled;
  return (view) => {
    const value = filled(view);
    return isEmpty(value) ? value : createHash('sha256').update(textOf(value)).digest('hex');
  };
};
