import { leadIdOf } from '../../lambdas/digest.ts';
import type { Fields, FieldValue } from '../../lambdas/lead/types.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import type { World } from './world.ts';

/** One field of one identify. */
interface Said {
  readonly event: QueuedEvent;
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

/** Held, or left out unsent: the register still has what this event wrote. */
const isKept = (fields: Fields, { name, event }: Said): boolean => {
  const { order, value, aside } = fields[name] ?? {};
  return order === event.order && (value ?? aside?.value) !== undefined;
};

const isSuperseded = ({ posted }: World, { event, email, name }: Said): boolean =>
  posted.some(
    (later) =>
      later.event.order > event.order &&
      // Whose an event without an e-mail is, only the worker knows.
      (email === undefined || later.email === undefined || later.email === email) &&
      later.fields.some((field) => field.name === name),
  );

const isInMarketo = ({ books }: World, { email, name, value }: Said): boolean => {
  const leads = email === undefined ? [...books.leads.keys()] : [leadIdOf(email)];
  return leads.some((lead) => books.hasReceived(lead, name, value));
};

/** What became of a field that was accepted; `undefined`: it is lost. */
export const fateOf = (
  world: World,
  said: Said,
): 'synced' | 'dead' | 'kept' | 'superseded' | undefined => {
  if (isInMarketo(world, said)) return 'synced';
  if (isGivenUp(world, { name: said.name, order: said.event.order })) return 'dead';
  const items = [...world.mailboxes(), ...world.keys()];
  if (items.some(({ state }) => isKept(state.fields, said))) return 'kept';
  return isSuperseded(world, said) ? 'superseded' : undefined;
};
