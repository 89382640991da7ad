import { shortHashOf } from '../../lambdas/digest.ts';
import type { Posted } from './input.ts';
import { isOnly } from './input.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

/** A call that was prepared before a deletion may still start so much later. */
const preparedMs = 15_000;

/** The e-mails that events named together with this user. */
const emailsOf = (posted: readonly Posted[], userId: string | undefined): ReadonlySet<string> =>
  new Set(
    posted.flatMap(({ event, email }) =>
      email !== undefined && event.userId === userId ? [email] : [],
    ),
  );

const deletionsOf = (posted: readonly Posted[]) =>
  posted
    .filter(({ event }) => event.type === 'delete')
    .map((one) => ({ ...one.event, emails: emailsOf(posted, one.event.userId) }));

/**
 * Whether a deletion may have taken what this event says: it came later, and the event is of that
 * user, or of a person whom they are; whose an event without an e-mail is, only the worker knows.
 */
export const mayBeDeleted = (
  { posted }: Pick<World, 'posted'>,
  { event, email }: { readonly event: Posted['event']; readonly email?: string | undefined },
): boolean =>
  deletionsOf(posted).some(
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

/**
 * Whether a deletion whose user has not come back since: of one who has, a copy of it finds the person
 * by what was said after it, and may reach values from before it that only became theirs then.
 */
export const isLastWord = (posted: readonly Posted[], { event }: Posted): boolean =>
  event.type === 'delete' &&
  !posted.some(
    (one) =>
      one.event.userId === event.userId && one.event.order > event.order && one.email !== undefined,
  );

/** What nobody but this event says: the name of its own field, and the hash of its activity. */
const traceOf = ({ event, fields }: Posted): ReadonlySet<string> =>
  new Set([shortHashOf(event.messageId), ...fields.map(({ name }) => name).filter(isOnly)]);

/** What is left anywhere, or went out, of what users did before they were deleted. */
export const ghosts: Check = ({ world }) => {
  const { posted, doneAt, books, dead } = world;
  const gone = deletionsOf(posted).flatMap((deletion) =>
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
