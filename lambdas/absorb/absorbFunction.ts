import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { HistoryNotes } from '../history/recorder.ts';
import type { Absorbed } from '../lead/absorb.ts';
import type { AbsorbedCompany } from '../lead/normalizedEvent.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import { userDeleted } from '../lead/erasure.ts';
import type { LeadId } from '../lead/leadTypes.ts';
import { namingBy } from '../marketo/fieldsNaming.ts';
import type { OwnedVisit } from '../store/leadsTable.ts';
import { withoutConsent } from '../segment/consent.ts';
import type { QueuedEvent } from '../segment/event.ts';
import type { SequenceKey } from '../segment/order.ts';
import { messageHashOf } from '../segment/order.ts';
import type { AbsorbEvents } from './absorbEvents.ts';
import { emailTurnedUp } from './absorbEvents.ts';
import type { Normalized, NormalizeRules } from './normalize.ts';
import { normalize } from './normalize.ts';
import type { ErasureResult } from './eraser.ts';
import { extentOf } from './eraser.ts';
import type { Ticks } from '../store/ticks.ts';
import type { Visits } from './visits.ts';
import { ownersOf } from './erasedVisits.ts';
import type { TraitLog } from './seenTraits.ts';
import { note } from './noted.ts';
import { reportWithdrawn } from './withdrawals.ts';

/** A message of `events.fifo`. */
interface EventRecord {
  readonly id: string;
  readonly group: string;
  readonly body: string;
}

interface AbsorbPorts {
  readonly absorbEvents: AbsorbEvents;
  readonly visits: Visits;
  readonly ticks: Ticks;
  readonly logger: Logger;
  readonly traitLog: Pick<TraitLog, 'note'>;
  readonly rules: NormalizeRules;
  readonly notes?: HistoryNotes | undefined;
}

/**
 * Absorbs a batch of messages group by group. Resolves to the ids of those that must come again: all
 * of a group from its first failure on, so that order is kept; other groups are not touched by it.
 */
export const createAbsorb =
  ({ absorbEvents, visits, ticks, logger, traitLog, rules, notes }: AbsorbPorts) =>
  async (records: readonly EventRecord[], visitsUntil: number): Promise<readonly string[]> => {
    const groups = Map.groupBy(records, ({ group }) => group);

    const absorbGroup = async (group: readonly EventRecord[]): Promise<readonly string[]> => {
      const readable = takeReadable(group, rules);
      const { isCustom } = namingBy(rules);
      for (const { event } of readable) traitLog.note(event, isCustom);
      const unreadable = group.slice(readable.length).map(({ id }) => id);
      if (unreadable.length > 0) logger.error('a message on the events queue is no event of ours');
      try {
        await absorbAll(readable);
        return unreadable;
      } catch (error) {
        logger.error('absorb failed; its messages come again', { error: errorName(error) });
        return group.map(({ id }) => id);
      }
    };

    const absorbAll = async (normalized: readonly Normalized[]): Promise<void> => {
      const [first, ...rest] = normalized;
      if (first === undefined) return;
      if (first.event.type === 'delete') {
        const erased = await absorbEvents.erase(first.normalized);
        note(notes, first);
        reportDeletion(logger, first, erased);
        return absorbAll(rest);
      }
      const next = normalized.findIndex(({ event }) => event.type === 'delete');
      if (next < 0) return absorbRun(normalized);
      await absorbRun(normalized.slice(0, next));
      return absorbAll(normalized.slice(next));
    };

    const absorbRun = async (normalized: readonly Normalized[]): Promise<void> => {
      const absorbed = await absorbEvents.absorb(normalized.map(({ normalized }) => normalized));
      const outgoing: OwnedVisit[] = [];
      normalized.forEach((one, at) => {
        const result = absorbed[at];
        if (result === undefined) return;
        note(notes, one, result);
        report(logger, one, result);
        if (one.visit && result.token !== undefined)
          outgoing.push({
            ...one.visit,
            token: result.token,
            whose: ownersOf(one.normalized, result.lead),
          });
      });
      await visits.sendAll(outgoing, visitsUntil);
    };

    const failed = await Promise.all([...groups.values()].map(absorbGroup));
    await ticks.flush();
    return failed.flat();
  };

const takeReadable = (group: readonly EventRecord[], rules: NormalizeRules): Normalized[] => {
  const readable: Normalized[] = [];
  for (const { body } of group) {
    try {
      readable.push(normalize(JSON.parse(body) as QueuedEvent, rules));
    } catch {
      break;
    }
  }
  return readable;
};

/** Why an activity that comes again goes nowhere. */
const activityDone = 'the activity of this message is done already';

/** Why a userId is not linked to the e-mail of an event. */
const linkRefused = 'the link of its userId: only a server key may change it (docs/security.md)';

/** Why a value goes nowhere that Marketo did not take when it came before. */
const rejectedBefore = 'the same value was rejected before';

/** Writes down what became of an event and of those before it. */
const report = (
  logger: Logger,
  { event, leftOut, dropped }: Normalized,
  result: Absorbed,
): void => {
  const { messageId, messageHash } = event;
  const lead = result.lead ?? result.heldAt;
  const line = { messageId, messages: [messageHash], ...(lead !== undefined && { lead }) };
  const because = result.because;
  if (dropped !== undefined) logger.delivery({ step: 'dropped', ...line, because: dropped });
  for (const { trait, because: why } of leftOut)
    logger.delivery({ step: 'dropped', ...line, fields: [trait], because: why });
  if (result.isLinkRefused) logger.delivery({ step: 'dropped', ...line, because: linkRefused });
  if (result.dead && because !== undefined) {
    const messages = messagesIn(result.dead);
    // An event may have found its place, and what was held until it came not.
    const own = messages.includes(messageHash) ? { messageId } : {};
    const at = lead === undefined ? {} : { lead };
    logger.delivery({ step: 'dead', ...own, ...at, messages, because });
  }
  if (because === userDeleted) {
    const fields = [...result.outcomes.keys()];
    logger.delivery({ step: 'superseded', ...line, fields, because });
    return;
  }
  reportWithdrawn(logger, result.withdrawn);
  // Ingest has written down what consent itself says.
  if (event.type === 'withdraw') return;
  if (because === withoutConsent) {
    logger.delivery({ step: 'dropped', ...line, because });
    reportOthers(logger, result.lead, result);
    return;
  }
  const isHeld = result.heldAt !== undefined && because !== undefined;
  for (const [outcome, of] of Map.groupBy(result.outcomes, ([, outcome]) => outcome)) {
    const held = isHeld && outcome === 'absorbed' ? { step: 'held' as const, because } : {};
    const rejection = outcome === 'refused' ? { because: rejectedBefore } : {};
    logger.delivery({
      step: outcome,
      ...line,
      fields: of.map(([name]) => name),
      ...held,
      ...rejection,
    });
  }
  if (result.activity === 'unchanged')
    logger.delivery({ step: 'unchanged', ...line, because: activityDone });
  else if (result.activity === 'absorbed')
    logger.delivery(isHeld ? { step: 'held', ...line, because } : { step: 'absorbed', ...line });
  const isEmpty = event.type === 'identify' && result.outcomes.size === 0;
  if (isEmpty && because === undefined)
    logger.delivery({ step: 'unchanged', ...line, because: 'it says nothing about the person' });
  reportOthers(logger, result.lead, result);
  if (result.company) reportCompany(logger, { messageId, messages: [messageHash] }, result.company);
};

/** Says what became of what an event says of a company. */
const reportCompany = (
  logger: Logger,
  event: { readonly messageId: string; readonly messages: readonly string[] },
  { lead, outcomes, replaced, dead }: AbsorbedCompany,
): void => {
  if (dead) {
    logger.delivery({ step: 'dead', ...event, lead, because: dead.because });
    return;
  }
  for (const [outcome, of] of Map.groupBy(outcomes, ([, outcome]) => outcome)) {
    const rejection = outcome === 'refused' ? { because: rejectedBefore } : {};
    logger.delivery({
      step: outcome,
      ...event,
      lead,
      fields: of.map(([name]) => name),
      ...rejection,
    });
  }
  reportOthers(logger, lead, { replaced, moved: [], movedActivities: [] });
};

/** Why a delete that comes again does nothing. */
const deletedBefore = 'the user was deleted by this message before; what came since stays';

/** Says how much of a user was deleted. */
const reportDeletion = (
  logger: Logger,
  { event: { messageId, messageHash } }: Normalized,
  { items, letters: deadLetters, later, again }: ErasureResult,
): void => {
  const line = { messageId, messages: [messageHash] };
  if (again) {
    logger.delivery({ step: 'unchanged', ...line, because: deletedBefore });
    return;
  }
  const extent = items + deadLetters === 0 ? 'nothing was held' : extentOf(items, deadLetters);
  // Sync goes on with them, and says when they are gone.
  const rest = later === 0 ? '' : `; about ${later} more keys follow within minutes`;
  const because = `${userDeleted}: ${extent}${rest}`;
  logger.delivery({ step: 'absorbed', ...line, because });
};

const reportOthers = (
  logger: Logger,
  lead: LeadId | undefined,
  { replaced, moved, movedActivities }: Pick<Absorbed, 'replaced' | 'moved' | 'movedActivities'>,
): void => {
  const at = lead === undefined ? {} : { lead };
  const messages = (values: readonly { readonly order: SequenceKey }[]): string[] => [
    ...new Set(values.map(({ order }) => messageHashOf(order))),
  ];
  if (replaced.length > 0)
    logger.delivery({
      step: 'superseded',
      ...at,
      messages: messages(replaced),
      fields: replaced.map(({ name }) => name),
    });
  if (moved.length + movedActivities.length > 0)
    logger.delivery({
      step: 'absorbed',
      ...at,
      messages: messages([...moved, ...movedActivities]),
      because: emailTurnedUp,
    });
};
