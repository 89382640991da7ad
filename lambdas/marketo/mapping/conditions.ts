import * as z from 'zod/mini';
import { rememberedLooseKey as looseKey } from '../../segment/looseKeyMemo.ts';
import type { EventType, Json } from '../../segment/event.ts';
import { describe, forChecking } from './described.ts';
import { readerOf } from './paths.ts';
import type { EventView } from './paths.ts';
import { pathSchema, scalarSchema } from './sources.ts';

/** The calls that rules are about. */
export const mappedTypes = [
  'identify',
  'track',
  'page',
  'group',
] as const satisfies readonly EventType[];
export type MappedType = (typeof mappedTypes)[number];

/** What a rule is for that names no type: the traits of a group are not the person's, so a group has to be named. */
const personalTypes: readonly MappedType[] = ['identify', 'track', 'page'];

const tests = forChecking(() => ({
  all: {
    equals: z.optional(scalarSchema),
    oneOf: z.optional(
      describe(z.array(scalarSchema).check(z.minLength(1)), {
        description: 'The value is one of these.',
        values: 'a list of texts, numbers, true or false',
      }),
    ),
    exists: z.optional(
      describe(z.boolean(), {
        description: 'true: there is a value that is not null; false: there is none.',
        values: 'true or false',
      }),
    ),
  },
}));

const aTest = 'an object with equals, oneOf, exists or not, like {"equals": "pro"}';

const plainTest = forChecking(() =>
  describe(z.strictObject(tests.all).check(z.refine((test) => Object.keys(test).length > 0)), {
    description: 'What must not hold.',
    values: 'an object with equals, oneOf or exists',
  }),
);

const testSchema = forChecking(() =>
  describe(
    z
      .strictObject({ ...tests.all, not: z.optional(plainTest) })
      .check(z.refine((test) => Object.keys(test).length > 0)),
    {
      description: 'What must hold for the value at this path. All that is given must hold.',
      values: aTest,
    },
  ),
);

type Test = z.infer<typeof testSchema>;

const anEvent = forChecking(() => z.string().check(z.regex(/\S/)));

/** Which events a rule is for. */
export const whenSchema = forChecking(() =>
  describe(
    z.strictObject({
      type: z.optional(
        describe(
          z.union([z.enum(mappedTypes), z.array(z.enum(mappedTypes)).check(z.minLength(1))]),
          {
            description:
              'Which calls. Absent: tracks where `event` is given, else identify, track and page.',
            values: `${mappedTypes.join(', ')}, or a list of them`,
          },
        ),
      ),
      event: z.optional(
        describe(z.union([anEvent, z.array(anEvent).check(z.minLength(1))]), {
          description:
            'The name of a track’s event, or several; case, spaces and underscores do not matter.',
          values: 'the name of an event, or a list of names',
        }),
      ),
      if: z.optional(
        describe(z.record(pathSchema, testSchema), {
          description: 'Conditions, by the path that they look at. All must hold.',
          values: 'an object of paths, each with a test, like {"traits.plan": {"equals": "pro"}}',
        }),
      ),
    }),
    {
      description: 'Which events the rule is for. Absent: all but group calls.',
      values: 'an object with type, event and if',
    },
  ),
);

export type When = z.infer<typeof whenSchema>;

const listOf = <T>(one: T | readonly T[] | undefined): readonly T[] =>
  one === undefined ? [] : Array.isArray(one) ? (one as readonly T[]) : [one as T];

/** The calls that a condition lets through; none where they contradict its event names. */
export const typesOf = ({ type, event }: When = {}): readonly MappedType[] => {
  const given =
    type === undefined ? (event === undefined ? personalTypes : ['track']) : listOf(type);
  return (given as readonly MappedType[]).filter((one) => event === undefined || one === 'track');
};

/** The names of events, as they are spelled; none: all events. */
export const eventsOf = ({ event }: When = {}): readonly string[] => listOf(event);

const isThere = (value: Json | undefined): boolean => value !== undefined && value !== null;

const holds = ({ equals, oneOf, exists }: Omit<Test, 'not'>, value: Json | undefined): boolean =>
  (equals === undefined || value === equals) &&
  (oneOf === undefined || (oneOf as readonly unknown[]).includes(value)) &&
  (exists === undefined || isThere(value) === exists);

/** Whether a value passes a test. Texts are compared to the letter. */
const passes = ({ not, ...test }: Test, value: Json | undefined): boolean =>
  holds(test, value) && (not === undefined || !holds(not, value));

/**
 * A rule's conditions, made ready: the path whose condition an event does not meet, or undefined
 * where it meets all.
 */
export const compileConditions = (
  when: When | undefined,
): ((view: EventView) => string | undefined) | undefined => {
  const all = Object.entries(when?.if ?? {}).map(([path, test]) => ({
    path,
    test,
    read: readerOf(path),
  }));
  if (all.length === 0) return undefined;
  return (view) => {
    for (const { path, test, read } of all) if (!passes(test, read(view))) return path;
    return undefined;
  };
};

/** What a test lets through of some values; undefined where that cannot be listed. */
const allowed = ({ equals, oneOf }: Test): readonly Json[] | undefined => {
  if (equals !== undefined) return oneOf?.includes(equals) === false ? [] : [equals];
  return oneOf;
};

/** Whether no value at all passes the test. */
export const isImpossible = (test: Test): boolean => {
  const values = allowed(test);
  if (values !== undefined) return !values.some((value) => passes(test, value));
  const { exists, not } = test;
  return exists !== undefined && not?.exists === exists && Object.keys(not).length === 1;
};

/** Whether all that passes `narrow` passes `wide`: only what is certain. */
const testCovers = (wide: Test, narrow: Test): boolean => {
  const values = allowed(narrow);
  if (values !== undefined)
    return values.filter((value) => passes(narrow, value)).every((value) => passes(wide, value));
  return JSON.stringify(wide) === JSON.stringify(narrow);
};

/** Whether every event that `narrow` is for is one that `wide` is for. */
export const covers = (wide: When | undefined, narrow: When | undefined): boolean => {
  const types = typesOf(wide);
  const names = eventsOf(wide).map(looseKey);
  const narrowNames = eventsOf(narrow).map(looseKey);
  return (
    typesOf(narrow).every((type) => types.includes(type)) &&
    (names.length === 0 ||
      (narrowNames.length > 0 && narrowNames.every((name) => names.includes(name)))) &&
    Object.entries(wide?.if ?? {}).every(([path, test]) => {
      const [, like] =
        Object.entries(narrow?.if ?? {}).find(([one]) => looseKey(one) === looseKey(path)) ?? [];
      return like !== undefined && testCovers(test, like);
    })
  );
};
