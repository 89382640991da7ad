import { shortHashOf } from '../../lambdas/digest.ts';
import type { Posted } from './input.ts';
import { isOnly } from './input.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

/** A call that was prepared before a deletion may still start so much later. */
const preparedMs = 15_000;

/** Clocks of senders are off by so much at most. */
const skewMs = 1_000;

type Told = Pick<World, 'posted' | 'doneAt'>;

/**
 * The e-mails that events named together with this user before a deletion; also later ones that came
 * while it was still to be carried out: it cannot tell since when a user has an e-mail.
 */
const emailsOf = (
  { posted, doneAt }: Told,
  { userId, order, messageId }: Posted['event'],
): ReadonlySet<string> => {
  const end = (doneAt.get(messageId) ?? Infinity) + skewMs;
  return new Set(
    posted.flatMap(({ event, email }) => {
      const isKnown = event.order < order || event.receivedAt <= end;
      return email !== undefined && event.userId === userId && isKnown ? [email] : [];
    }),
  );
};

const deletionsOf = (told: Told) =>
  told.posted
    .filter(({ event }) => event.type === 'delete')
    .map((one) => ({ ...one.event, emails: emailsOf(told, one.event) }));

/**
 * Whether a deletion may have taken what this event says: it came later, and the event is of that
 * user, or of a person whom they are; whose an event without an e-mail is, only the worker knows.
 */
export const mayBeDeleted = (
  told: Told,
  { event, email }: { readonly event: Posted['event']; readonly email?: string | undefined },
): boolean =>
  deletionsOf(told).some(
    ({ order, userId, emails }) =>
      order > event.order && (email === undefined || userId === event.userId || emails.has(email)),
  );

/** Whether a later deletion names the user of this event: nothing of it may count any more. */
export const isDeletedByName = (posted: readonly Posted[], { event }: Posted): boolean =>
  posted.some(
    (one) =>
      one.event.type === 'delete' &&
      one.event.userId === event.userId &&
      one.event.order > event.order,
  );

/** What nobody but this event says: the name of its own field, and the hash of its activity. */
const traceOf = ({ event, fields }: Posted): ReadonlySet<string> =>
  new Set([shortHashOf(event.messageId), ...fields.map(({ name }) => name).filter(isOnly)]);

/** What is left anywhere, or went out, of what users did before they were deleted. */
export const ghosts: Check = ({ world }) => {
  const { posted, doneAt, books, dead } = world;
  const gone = deletionsOf(world).flatMap((deletion) =>
    posted
      .filter(
        ({ event, email }) =>
          email !== undefined && event.userId === deletion.userId && event.order < deletion.order,
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
    const late = [...books.leads.values()]
      .flatMap(({ calls }) => calls)
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
