import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { keyIdOf, shortHashOf } from '../../lambdas/digest.ts';
import type { Posted } from './input.ts';
import { isOnly } from './input.ts';
import { isRequest } from './relationNames.ts';
import { leadOf } from './people.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

/** A call that was prepared before a deletion may still start so much later. */
const preparedMs = 15_000;

/** Clocks of senders are off by so much at most. */
const skewMs = 1_000;

type Told = Pick<World, 'posted' | 'doneAt' | 'leadsNamed'>;

/** Whom a deletion may reach. */
interface Deletion {
  readonly order: string;
  readonly users: ReadonlySet<string | undefined>;
  readonly leads: ReadonlySet<LeadId>;
}

/**
 * Whom a deletion of this user reaches: the leads that events named together with them before it, the other
 * users of these leads, and so on; also those named by later events that came while it was still to be
 * carried out: it cannot tell since when a user has an e-mail.
 */
const reachOf = (told: Told, { userId, order, messageId }: Posted['event']): Deletion => {
  const end = (told.doneAt.get(messageId) ?? Infinity) + skewMs;
  const named = told.posted.flatMap(({ event, email }) =>
    email !== undefined &&
    event.userId !== undefined &&
    (event.order < order || event.receivedAt <= end)
      ? [{ user: event.userId, lead: leadOf(told, email) }]
      : [],
  );
  const users = new Set<string | undefined>([userId]);
  const leads = new Set<LeadId>();
  let size = 0;
  while (users.size + leads.size > size) {
    size = users.size + leads.size;
    for (const { user, lead } of named)
      if (users.has(user) || leads.has(lead)) {
        users.add(user);
        leads.add(lead);
      }
  }
  return { order, users, leads };
};

/** Of each world, its deletions as far as it had come. */
const remembered = new WeakMap<
  Told['posted'],
  { readonly asOf: string; readonly deletions: readonly Deletion[] }
>();

const deletionsOf = (told: Told): readonly Deletion[] => {
  const asOf = `${told.posted.length} ${told.doneAt.size}`;
  const known = remembered.get(told.posted);
  if (known?.asOf === asOf) return known.deletions;
  const deletions = told.posted
    .filter(({ event }) => event.type === 'delete')
    .map(({ event }) => reachOf(told, event));
  remembered.set(told.posted, { asOf, deletions });
  return deletions;
};

/**
 * Whether a deletion may have taken what this event says: it came later, and the event is of that
 * user, or of a person whom they are; whose an event without an e-mail is, only the worker knows.
 */
export const mayBeDeleted = (
  told: Told,
  { event, email }: { readonly event: Posted['event']; readonly email?: string | undefined },
): boolean =>
  deletionsOf(told).some(
    ({ order, users, leads }) =>
      order > event.order &&
      (email === undefined || users.has(event.userId) || leads.has(leadOf(told, email))),
  );

/**
 * Whether a page names a user of whom a server speaks, too: what it says goes to the e-mail that it names,
 * and only a server may say that this is the user's.
 */
export const isUnvouched = (posted: readonly Posted[], { event }: Posted): boolean =>
  event.source?.kind !== 'server' &&
  posted.some((one) => one.event.userId === event.userId && one.event.source?.kind === 'server');

/** Whether a later deletion names the user of this event: nothing of it may count any more. */
export const isDeletedByName = (posted: readonly Posted[], named: Posted): boolean =>
  !isUnvouched(posted, named) &&
  posted.some(
    ({ event: { type, userId, order } }) =>
      type === 'delete' && userId === named.event.userId && order > named.event.order,
  );

/** What nobody but this event says: the name of its own field, and the hash of its activity. */
const traceOf = ({ event, fields }: Posted): ReadonlySet<string> =>
  new Set([
    shortHashOf(event.messageId),
    ...fields.map(({ name }) => name).filter((name) => isOnly(name) || isRequest(name)),
  ]);

/** What a deleted user's own key still holds of what they said without an e-mail. */
const heldGhosts = ({ posted, keys }: World): readonly string[] =>
  posted
    .filter(({ event }) => event.type === 'delete')
    .flatMap(({ event: deletion }) => {
      const { userId = '' } = deletion;
      const own = keyIdOf('userId', userId);
      const held = keys().flatMap(({ key, state }) =>
        key === own ? Object.keys(state.fields) : [],
      );
      return posted
        .filter(({ event }) => event.userId === userId && event.order < deletion.order)
        .filter((one) => held.some((name) => traceOf(one).has(name)))
        .map(({ event }) => `${event.messageId}, deleted by ${deletion.messageId}, is held`);
    });

/** What is left anywhere, or went out, of what users did before they were deleted. */
export const ghosts: Check = (seen) => [...heldGhosts(seen.world), ...sentGhosts(seen)];

const sentGhosts: Check = ({ world }) => {
  const { posted, doneAt, books, dead } = world;
  const deletes = posted.flatMap(({ event }) => (event.type === 'delete' ? [event] : []));
  const gone = deletes.flatMap((deletion) =>
    posted
      .filter(
        (one) =>
          one.email !== undefined &&
          one.event.userId === deletion.userId &&
          one.event.order < deletion.order &&
          !isUnvouched(posted, one),
      )
      .map((one) => ({ one, deletion, trace: traceOf(one) })),
  );
  if (gone.length === 0) return [];
  const kept = [...world.mailboxes(), ...world.keys()].flatMap(({ key, state }) => {
    const box = state.activities ?? {};
    const pending = 'pending' in box ? box.pending : box;
    return [...Object.keys(state.fields), ...Object.keys(pending)].map((what) => ({ key, what }));
  });
  const letters = [...dead].flatMap(([key, letter]) =>
    'visit' in letter
      ? [{ key, what: shortHashOf(letter.visit.messageId) }]
      : [
          ...letter.fields.map(({ name }) => ({ key, what: name })),
          ...(letter.activities ?? []).map(({ order }) => ({ key, what: order.slice(22) })),
        ],
  );
  const stored = Map.groupBy([...kept, ...letters], ({ what }) => what);
  return gone.flatMap(({ one, deletion, trace }) => {
    const name = `${one.event.messageId}, deleted by ${deletion.messageId},`;
    const left = [...trace].flatMap((what) => stored.get(what) ?? []);
    const over = Math.max(
      doneAt.get(one.event.messageId) ?? Infinity,
      doneAt.get(deletion.messageId) ?? Infinity,
    );
    const late = [...books.calls.values()]
      .flat()
      .filter(
        ({ startedAt, carried }) =>
          startedAt > over + preparedMs && [...trace].some((what) => carried.has(what)),
      );
    return [
      ...left.map(({ key }) => `${name} is kept at ${key}`),
      ...late.map(({ startedAt }) => `${name} went out at ${new Date(startedAt).toISOString()}`),
    ];
  });
};
