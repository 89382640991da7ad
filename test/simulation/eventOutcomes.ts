import type { Fields, FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { messageHashOf } from '../../lambdas/segment/order.ts';
import { mayBeDeleted } from './deletions.ts';
import type { MarketoLead } from './marketoLeads.ts';
import type { Posted } from './input.ts';
import { fieldsOfMarketo, isBadValue } from './input.ts';
import { isRelation } from './relationNames.ts';
import { isSamePerson, leadOf, leadsOf } from './people.ts';
import type { World } from './world.ts';

/** One field of one identify. */
interface Said {
  readonly event: Posted['event'];
  /** Where the event names its person itself. */
  readonly email: string | undefined;
  readonly name: string;
  readonly value: FieldValue;
}

/** Whether a dead letter holds what the event with this order said of a field. */
export const isGivenUp = (
  { dead }: World,
  { name, order }: { readonly name: string; readonly order: string },
): boolean =>
  [...dead.values()].some(
    (letter) =>
      'fields' in letter &&
      letter.fields.some((field) => field.name === name && field.order === order),
  );

/** Whether the same value was refused before: it is not tried again. */
const isKnownBad = (world: World, { email, name, value }: Said): boolean => {
  const leads = email === undefined ? undefined : leadsOf(world, email);
  return [...world.dead.values()].some(
    (letter) =>
      'fields' in letter &&
      (leads === undefined || (letter.lead !== undefined && leads.includes(letter.lead))) &&
      letter.fields.some((field) => field.name === name && field.value === value),
  );
};

/**
 * Whether the last word on a field says again what stands in a dead letter of its lead, and the register
 * has that down: it goes out at this event's place when the letter goes back.
 */
export const isRepeated = (world: World, said: Said): boolean =>
  isKnownBad(world, said) &&
  world.mailboxes().some(({ key, state }) => {
    const { order, value, aside } = state.fields[said.name] ?? {};
    const isOwn = said.email !== undefined && key === leadOf(world, said.email);
    const isLast = order === said.event.order && value === undefined;
    return isOwn && isLast && aside?.repeated === said.value;
  });

/**
 * Whether the last word on a value of a company ended without being sent: it says again what was refused, and the
 * company's register has that down.
 */
export const isCompanyValueOver = (
  world: World,
  company: LeadId,
  {
    name,
    value,
    order,
  }: { readonly name: string; readonly value: unknown; readonly order: string },
): boolean =>
  world.mailboxes().some(({ key, state }) => {
    const field = state.fields[name];
    return key === company && field?.order === order && field.aside?.repeated === value;
  });

const firstOrder = '' as SequenceKey;

type Told = Pick<Said, 'event' | 'email'> & Partial<Pick<Said, 'name' | 'value'>>;

/**
 * Whether what this event said was refused, or what it said of this field has to be: a worker may die
 * before it writes that down in the log.
 */
const isRefused = ({ character, lines }: World, { event, name = '', value }: Told): boolean =>
  (name !== '' && !isRelation(name) && !fieldsOfMarketo(character.events).has(name)) ||
  isBadValue(name, value) ||
  lines.some(
    ({ step, messages = [] }) =>
      (step === 'dead' || step === 'refused') && messages.includes(event.messageHash),
  );

/**
 * Whether a deletion may have taken what this event said. Of a person who did not name themselves since
 * it goes on only what can still go out: not what was refused, or left out as unknown, by then.
 */
const isTaken = (world: World, said: Told): boolean =>
  mayBeDeleted(world, said) ||
  (said.email === undefined &&
    mayBeDeleted(world, { event: { ...said.event, order: firstOrder } }) &&
    isRefused(world, said));

/** Held, or left out unsent: the register still has what this event wrote. */
const isKept = (fields: Fields, { name, event }: Said): boolean => {
  const { order, value, aside } = fields[name] ?? {};
  return order === event.order && (value ?? aside?.value) !== undefined;
};

const isSuperseded = (world: World, { event, email, name }: Said): boolean =>
  world.posted.some(
    (later) =>
      later.event.order > event.order &&
      // Whose an event without an e-mail is, only the worker knows.
      (email === undefined ||
        later.email === undefined ||
        isSamePerson(world, later.email, email)) &&
      later.fields.some((field) => field.name === name),
  );

/** The leads in Marketo, those that are gone included, that an event may have been told to. */
const reached = (world: World, email: string | undefined): readonly MarketoLead[] =>
  email === undefined
    ? [...world.books.leads.values()]
    : world.books.reachedBy(leadsOf(world, email));

const isInMarketo = (world: World, { email, name, value }: Said): boolean =>
  reached(world, email).some((lead) => world.books.hasReceived(lead, name, value));

type EventOutcome = 'synced' | 'dead' | 'kept' | 'superseded' | 'deleted';

/** What became of a field that was accepted; `undefined`: it is lost. */
export const eventOutcomeOf = (world: World, said: Said): EventOutcome | undefined => {
  if (isInMarketo(world, said)) return 'synced';
  if (isGivenUp(world, { name: said.name, order: said.event.order })) return 'dead';
  const items = [...world.mailboxes(), ...world.keys()];
  if (items.some(({ state }) => isKept(state.fields, said))) return 'kept';
  if (isSuperseded(world, said)) return 'superseded';
  if (isKnownBad(world, said)) return 'dead';
  return isTaken(world, said) ? 'deleted' : undefined;
};

/** What became of the activity of a track. */
export const activityOutcomeOf = (world: World, one: Posted): EventOutcome | undefined => {
  const key = messageHashOf(one.event.order);
  if (reached(world, one.email).some(({ activities }) => activities.has(key))) return 'synced';
  const isDead = [...world.dead.values()].some(
    (letter) =>
      'activities' in letter && letter.activities.some(({ order }) => messageHashOf(order) === key),
  );
  if (isDead) return 'dead';
  const isWaiting =
    world.mailboxes().some(({ state }) => state.activities?.pending[key] !== undefined) ||
    world.keys().some(({ state }) => state.activities?.[key] !== undefined);
  if (isWaiting) return 'kept';
  const { event, email } = one;
  return isTaken(world, { event, email }) ? 'deleted' : undefined;
};
