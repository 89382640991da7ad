import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { Absorbed } from '../lead/absorb.ts';
import type { LeadId } from '../lead/types.ts';
import type { Visit } from '../marketo/types.ts';
import type { QueuedEvent } from '../segment/event.ts';
import { messageHashOf } from '../segment/order.ts';
import type { AbsorbEvents } from './absorbEvents.ts';
import type { Translated, TranslationRules } from './arrival.ts';
import { translate } from './arrival.ts';
import type { Visits } from './visits.ts';

/** A message of `events.fifo`. */
interface EventRecord {
  readonly id: string;
  readonly group: string;
  readonly body: string;
}

interface AbsorbPorts {
  readonly absorbEvents: AbsorbEvents;
  readonly visits: Visits;
  readonly logger: Logger;
  readonly rules: TranslationRules;
}

/**
 * Absorbs a batch of messages group by group. Resolves to the ids of those that must come again: all
 * of a group from its first failure on, so that order is kept; other groups are not touched by it.
 */
export const createAbsorb =
  ({ absorbEvents, visits, logger, rules }: AbsorbPorts) =>
  async (records: readonly EventRecord[], visitsUntil: number): Promise<readonly string[]> => {
    const groups = Map.groupBy(records, ({ group }) => group);

    const absorbGroup = async (group: readonly EventRecord[]): Promise<readonly string[]> => {
      const readable = takeReadable(group, rules);
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

    const absorbAll = async (translated: readonly Translated[]): Promise<void> => {
      if (translated.length === 0) return;
      const absorbed = await absorbEvents.absorb(translated.map(({ arrival }) => arrival));
      const outgoing: Visit[] = [];
      translated.forEach((one, at) => {
        const result = absorbed[at];
        if (result === undefined) return;
        report(logger, one, result);
        if (one.visit && result.token !== undefined)
          outgoing.push({ ...one.visit, token: result.token });
      });
      await visits.sendAll(outgoing, visitsUntil);
    };

    const failed = await Promise.all([...groups.values()].map(absorbGroup));
    return failed.flat();
  };

const takeReadable = (group: readonly EventRecord[], rules: TranslationRules): Translated[] => {
  const readable: Translated[] = [];
  for (const { body } of group) {
    try {
      readable.push(translate(JSON.parse(body) as QueuedEvent, rules));
    } catch {
      break;
    }
  }
  return readable;
};

/** Writes down what became of an event and of those before it. */
const report = (
  logger: Logger,
  { event, leftOut, dropped }: Translated,
  result: Absorbed,
): void => {
  const { messageId, messageHash } = event;
  const lead = result.lead ?? result.heldAt;
  const line = { messageId, messages: [messageHash], ...(lead !== undefined && { lead }) };
  const because = result.because;
  if (dropped !== undefined) logger.delivery({ step: 'dropped', ...line, because: dropped });
  for (const { trait, because: why } of leftOut)
    logger.delivery({ step: 'dropped', ...line, fields: [trait], because: why });
  if (result.dead && because !== undefined) logger.delivery({ step: 'dead', ...line, because });
  const isHeld = result.heldAt !== undefined && because !== undefined;
  for (const [outcome, of] of Map.groupBy(result.outcomes, ([, outcome]) => outcome)) {
    const held = isHeld && outcome === 'absorbed' ? { step: 'held' as const, because } : {};
    logger.delivery({ step: outcome, ...line, fields: of.map(([name]) => name), ...held });
  }
  const isEmpty = event.type === 'identify' && result.outcomes.size === 0;
  if (isEmpty && because === undefined)
    logger.delivery({ step: 'unchanged', ...line, because: 'it says nothing about the person' });
  reportOthers(logger, result.lead, result);
};

const reportOthers = (
  logger: Logger,
  lead: LeadId | undefined,
  { replaced, moved }: Absorbed,
): void => {
  const at = lead === undefined ? {} : { lead };
  const messages = (values: Absorbed['moved']): string[] => [
    ...new Set(values.map(({ order }) => messageHashOf(order))),
  ];
  if (replaced.length > 0)
    logger.delivery({
      step: 'superseded',
      ...at,
      messages: messages(replaced),
      fields: replaced.map(({ name }) => name),
    });
  if (moved.length > 0)
    logger.delivery({
      step: 'absorbed',
      ...at,
      messages: messages(moved),
      because: 'an e-mail turned up',
    });
};
