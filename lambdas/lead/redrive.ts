import { absorbActivities, keyOf, withActivities } from './activities.ts';
import type { Limits } from './itemSize.ts';
import { tooMuch, within } from './itemSize.ts';
import type { DescribedFields } from './registers.ts';
import { absorbFields } from './registers.ts';
import type { Activity, DeadLetter, Field, Incoming, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * A dead letter that goes back into its mailbox is what its events were: its values have their old
 * order keys, so a later event still wins. What stood against them is forgotten. The mailbox notes
 * the letter, in the same write: whoever dies before the letter is removed, or does the same at the
 * same time, sends nothing twice.
 */

interface RevivalContext extends DescribedFields {
  readonly limits: Limits & { readonly revivedLetters: number };
}

interface Revival {
  readonly mailbox: Mailbox;
  /** What waits again. */
  readonly back: readonly Incoming[];
  readonly backActivities: readonly Activity[];
  /** Values that a later event has overruled. */
  readonly superseded: readonly Incoming[];
  /** How many values and activities Marketo has by now. */
  readonly known: number;
  /** The letter went back before; nothing changed. */
  readonly isAgain?: true;
}

/**
 * Takes a dead letter back into the mailbox of its lead. `mark` names this very writing of it. `undefined`
 * where the mailbox has no room for it. Of values that came since, each wins by its order; a value
 * that a later event repeated while it was refused comes back at the later place.
 */
export const redrive = (
  mailbox: Mailbox,
  deadLetter: DeadLetter,
  redriveId: string,
  context: RevivalContext,
): Revival | undefined => {
  const { revived = [] } = mailbox;
  const nothing = { back: [], backActivities: [], superseded: [], known: 0 };
  if (revived.includes(redriveId)) return { mailbox, ...nothing, isAgain: true };
  const fields = new Map(Object.entries(mailbox.fields));
  const outcomes = deadLetter.fields.map((one) => {
    const { field, outcome } = redriveField(fields.get(one.name), one, context);
    fields.set(one.name, field);
    return { one, outcome };
  });
  const did = redriveActivities(mailbox, deadLetter);
  const next = {
    ...did.mailbox,
    fields: Object.fromEntries(fields),
    cookies: withoutReason(mailbox.cookies, deadLetter.because),
    revived: [...revived, redriveId].slice(-context.limits.revivedLetters),
  };
  const full = within(next, context.limits);
  if (full === undefined) return undefined;
  const of = (wanted: RedriveOutcome) =>
    outcomes.flatMap(({ one, outcome }) => (outcome === wanted ? [one] : []));
  return {
    mailbox: full,
    back: of('back'),
    backActivities: did.back,
    superseded: of('superseded'),
    known: of('known').length + did.known,
  };
};

type RedriveOutcome = 'back' | 'superseded' | 'known';

const redriveField = (
  current: Field | undefined,
  one: Incoming,
  described: DescribedFields,
): { readonly field: Field; readonly outcome: RedriveOutcome } => {
  const digest = described.digestOf(one.value);
  if (current && isLastWord(current, one, digest))
    return { field: { ...without(current, 'aside'), value: one.value }, outcome: 'back' };
  // Whoever says it again from now on is to be heard, too.
  const free = current?.aside?.digest === digest ? without(current, 'aside') : current;
  const { fields, outcomes } = absorbFields(free ? { [one.name]: free } : {}, [one], described);
  const [field = { order: one.order }] = Object.values(fields);
  const outcome = outcomes.get(one.name);
  if (outcome === 'superseded') return { field, outcome: 'superseded' };
  return { field, outcome: outcome === 'unchanged' ? 'known' : 'back' };
};

/** Whether what the letter says is the last that was said of a field, and did not go out. */
const isLastWord = (current: Field, one: Incoming, digest: string): boolean => {
  const { value, order, aside: rejection } = current;
  if (value !== undefined) return false;
  if (order === one.order) return current.digest !== digest;
  if (order < one.order || rejection?.digest !== digest) return false;
  // A later event said the same, and was refused without a dead letter of its own: unless the last
  // word was one that Marketo has, which leaves its digest.
  return rejection.order === undefined ? current.digest === undefined : rejection.order === order;
};

/**
 * Activities wait again with all their tries before them. One that Marketo refused counts as done,
 * which is to be forgotten; one that found no room never was, so if it is, it came again since.
 */
const redriveActivities = (
  mailbox: Mailbox,
  { because, activities = [] }: DeadLetter,
): { readonly mailbox: Mailbox; readonly back: readonly Activity[]; readonly known: number } => {
  if (activities.length === 0) return { mailbox, back: [], known: 0 };
  const { pending, done }: Partial<NonNullable<Mailbox['activities']>> = mailbox.activities ?? {};
  const mine = new Set(activities.map(keyOf));
  const others = because === tooMuch ? done : done?.filter((key) => !mine.has(key));
  const afresh = activities.map((one) => without(one, 'attempts'));
  const absorbed = absorbActivities(pending ?? {}, afresh, others);
  const next = withActivities(mailbox, absorbed.pending);
  const back = afresh.filter((_, at) => absorbed.outcomes[at] === 'absorbed');
  return {
    mailbox:
      next.activities && others
        ? { ...next, activities: { ...next.activities, done: others } }
        : next,
    back,
    known: afresh.length - back.length,
  };
};

/** A cookie that was given up together with the letter goes along with it again. */
const withoutReason = (cookies: Mailbox['cookies'], because: string): Mailbox['cookies'] =>
  Object.fromEntries(
    Object.entries(cookies).map(([token, cookie]) => [
      token,
      cookie.aside === because ? without(cookie, 'aside') : cookie,
    ]),
  );

/** The events of a dead letter, each with what it said, in their order. */
export const eventsIn = ({
  fields,
  activities = [],
}: DeadLetter): readonly {
  readonly incoming: readonly Incoming[];
  readonly activity?: Activity;
  readonly order: Incoming['order'];
}[] => {
  const said = Map.groupBy(fields, ({ order }) => order);
  const did = new Map(activities.map((one) => [one.order, one]));
  const orders = [...new Set([...said.keys(), ...did.keys()])].sort();
  return orders.map((order) => {
    const activity = did.get(order);
    return { order, incoming: said.get(order) ?? [], ...(activity && { activity }) };
  });
};
