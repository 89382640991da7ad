import { isGone } from '../lambdas/lead/tombstone.ts';
import { hasHeld, holdEndsAt, whyHeld } from '../lambdas/lead/keys.ts';
import type { IdentityRecord, Mailbox } from '../lambdas/lead/leadTypes.ts';
import { receivedAtOf } from '../lambdas/segment/order.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Loaded } from '../lambdas/store/leadStore.ts';
import { createReads } from '../lambdas/store/leadStore.ts';
import { createClosed, createNextCall } from './budgetClosed.ts';
import type { Content } from './leadContent.ts';
import { contentOf, heldContentOf } from './leadContent.ts';
import type { Found } from './leadFind.ts';
import { createFind } from './leadFind.ts';
import { aliasesOf, nameOf, prefixesOf } from './leadNames.ts';
import { leadSummary } from './leadSummary.ts';
import type { Wait } from './leadWait.ts';
import { reasonOf, waitOf } from './leadWait.ts';
import { latestFirst } from './lines/order.ts';
import type { Operations } from './ports.ts';
import type { OperationsParts } from './parts.ts';
import type { LeadView } from './views.ts';

/** How many steps a person's time line has. */
const maxTimeline = 200;

const none: Content = { fields: [], cookies: [], activities: [] };

const moving = 'an e-mail turned up, and the move to its lead is not finished';

/** A person by now. Rejects with `bad-input` for what is no name; `undefined`: nobody of that name. */
export const createLeadView = (parts: OperationsParts): Operations['lead'] => {
  const { lines, dead, clock, holdMs } = parts;
  const find = createFind(createReads(parts));
  const closedNow = createClosed(parts);
  const nextCall = createNextCall(parts);

  const timelineOf = async ({ lead, key }: Found): Promise<LeadView['timeline']> => {
    const ids = [lead?.id, key?.id].filter((id) => id !== undefined);
    const found = await Promise.all(ids.map((id) => lines.ofLead(id, maxTimeline)));
    return latestFirst(found.flat());
  };

  return async (who) => {
    const [found, closed, nextCallAt] = await Promise.all([find(who), closedNow(), nextCall()]);
    const [timeline, letters] = await Promise.all([timelineOf(found), dead.of(prefixesOf(found))]);
    const { lead, key } = found;
    const mailbox = lead?.loaded.state;
    if (mailbox === undefined && key?.item === undefined && timeline.length + letters.length === 0)
      return undefined;
    const now = clock.now();
    const wait = mailbox && waitOf(mailbox, { now, closed, nextCallAt, timeline });
    const heldUntil = key?.item && !lead ? holdEndsAt(key.item, holdMs) : undefined;
    const content = together(
      mailbox ? contentOf(mailbox, wait, now) : none,
      heldIn(found, heldUntil, now),
    );
    const summary = leadSummary({
      now,
      ...content,
      dead: letters,
      isNobodys: lead === undefined,
      wait,
      heldUntil,
      deletedAt: deletedAt(mailbox ?? key?.item),
      withdrawnAt: withdrawnAt(mailbox ?? key?.item),
    });
    return {
      now,
      summary,
      ...(lead && { lead: lead.id }),
      ...(key && !lead && { key: key.id }),
      ...nameOf(mailbox),
      aliases: aliasesOf(found),
      ...content,
      lock: lockOf(lead?.loaded ?? {}, now, wait),
      dead: letters,
      historyDays: parts.historyDays,
      timeline,
    };
  };
};

const together = (one: Content, other: Content): Content => ({
  fields: [...one.fields, ...other.fields],
  cookies: [...one.cookies, ...other.cookies],
  activities: [...one.activities, ...other.activities],
});

/** What the key that was looked for holds. */
const heldIn = ({ lead, key }: Found, until: EpochMs | undefined, now: EpochMs): Content => {
  if (!key?.item || !hasHeld(key.item)) return none;
  const isLinked = lead !== undefined && key.item.link?.lead === lead.id;
  return isLinked
    ? heldContentOf(key.item, { state: 'waiting', because: moving }, now)
    : heldContentOf(key.item, { state: 'held', because: whyHeld(key.item), until }, now);
};

/** When a user was deleted of whom nothing has come since. */
const deletedAt = (item: Mailbox | IdentityRecord | undefined): EpochMs | undefined => {
  if (item?.deleted === undefined) return undefined;
  const isBack = 'address' in item ? !isGone(item) : item.link !== undefined || hasHeld(item);
  return isBack ? undefined : receivedAtOf(item.deleted);
};

/** When consent was refused last. */
const withdrawnAt = (item: Mailbox | IdentityRecord | undefined): EpochMs | undefined =>
  item?.withdrawn === undefined ? undefined : receivedAtOf(item.withdrawn);

const lockOf = (
  { state, entry }: Loaded<Mailbox>,
  now: EpochMs,
  wait: Wait | undefined,
): LeadView['lock'] => {
  const { lockedUntil, attempts = 0 } = state ?? {};
  const isHeldUp = wait !== undefined && ['closed', 'pace', 'later'].includes(wait.kind);
  return {
    ...(lockedUntil !== undefined && lockedUntil > now && { lockedUntil }),
    isCalling: wait?.kind === 'calling',
    ...(wait?.kind === 'calling' && wait.isImport && { isImporting: true }),
    ...(entry && { nextAt: entry.nextAt }),
    attempts,
    ...(isHeldUp && { heldUp: reasonOf(wait) }),
  };
};
