import { ingestLimits } from '../limits.ts';
import { openBatch, withShared } from '../segment/batch.ts';
import { asForwarded } from '../segment/forwarded.ts';
import { isObject, kindOf, omitNullish } from '../segment/json.ts';
import { readMessage } from '../segment/message.ts';
import { tooLarge, depthOf, sizeOf, noSharedSize, sharedTooLarge } from './sizeLimits.ts';
import { contentId } from './contentId.ts';
import type { SharedSize } from './sizeLimits.ts';
import type { ConsentRules } from '../segment/consent.ts';
import type { Shared } from '../segment/batch.ts';
import type { Json } from '../segment/event.ts';
import type { AcceptedEvent, CallType, CheckedEvent, Reading } from '../segment/message.ts';
import type { Problem } from '../segment/problem.ts';
import type { Source } from '../segment/source.ts';
import type { EpochMs } from '../segment/time.ts';

export type AcceptedReading = Reading<AcceptedEvent>;

/** What becomes of each event of a request, or why none of them can be read. */
export type ParsedRequest =
  { readonly readings: readonly AcceptedReading[] } | { readonly problem: Problem };

const usableId = (item: Json): string | undefined => {
  const id = isObject(item) ? item.messageId : undefined;
  return typeof id === 'string' && id.length <= ingestLimits.messageIdCharacters ? id : undefined;
};

/** What holds for all events of a request. */
interface Terms {
  readonly receivedAt: EpochMs;
  readonly source: Source;
  readonly consent: ConsentRules;
}

interface ItemTerms extends Terms {
  /** Its place in the request. */
  readonly index: number;
  readonly type?: CallType;
}

/** The event with its source, and with an id of its content where its sender gave none. */
const attributed = (
  event: CheckedEvent,
  message: Json,
  { source, index, type, receivedAt }: ItemTerms,
): AcceptedEvent => ({
  ...event,
  source,
  messageId:
    event.messageId ??
    contentId(message, { source: source.name, index, receivedAt, ...(type && { type }) }),
});

/** Reads one item; `complete` makes it the message that stands for it, once it is not too large. */
const readItem = (
  item: Json,
  load: SharedSize,
  complete: (item: Json) => Json,
  terms: ItemTerms,
): AcceptedReading => {
  const problem = tooLarge(item, load);
  if (problem) return { kind: 'refused', ...omitNullish({ messageId: usableId(item) }), problem };
  const { messageIdCharacters } = ingestLimits;
  const message = complete(item);
  const reading = readMessage(message, { ...terms, messageIdCharacters });
  return reading.kind === 'event'
    ? { ...reading, event: attributed(reading.event, message, terms) }
    : reading;
};

const asItIs = (item: Json): Json => item;

const tooMany = (events: number): Problem | undefined => {
  if (events <= ingestLimits.batchEvents) return undefined;
  const message = `a batch must have at most ${ingestLimits.batchEvents} events`;
  return { field: 'batch', code: 'too_many_events', message };
};

/** Reads the body of a call for one event. */
export const parseOne = (body: Json, type: CallType, terms: Terms): ParsedRequest => ({
  readings: [readItem(body, noSharedSize, asItIs, { ...terms, type, index: 0 })],
});

/** Reads the body of a batch. */
export const parseBatch = (body: Json, terms: Terms): ParsedRequest => {
  if (!isObject(body)) {
    const message = `the body must be an object with a batch, not ${kindOf(body)}`;
    return { problem: { field: 'batch', code: 'batch_not_array', message } };
  }
  const opened = openBatch(body);
  if ('problem' in opened) return opened;
  const { items, shared } = opened;
  const fields = ['context', 'integrations', 'sentAt'] as const satisfies (keyof Shared)[];
  const [tooDeep] = fields.flatMap((field) => depthOf(field, shared[field]) ?? []);
  const early = tooMany(items.length) ?? tooDeep;
  if (early) return { problem: early };
  const { context, integrations } = shared;
  const load =
    context || integrations ? sizeOf(omitNullish({ context, integrations })) : noSharedSize;
  const problem = sharedTooLarge(load, items.length);
  if (problem) return { problem };
  const complete = (item: Json): Json => (isObject(item) ? withShared(item, shared) : item);
  return {
    readings: items.map((item, index) => readItem(item, load, complete, { ...terms, index })),
  };
};

const deleteRefused: Problem = {
  field: 'type',
  code: 'delete_not_allowed',
  message:
    'to delete a user takes a key that may delete: deleteKey in the ingest secret, or a source of it with mayDelete; a direct invocation takes the setting lambdaDestination.mayDelete',
};

/** The same, its deletions refused: anybody can read a write key that stands in a page. */
export const withoutDeletes = (read: ParsedRequest): ParsedRequest =>
  'problem' in read
    ? read
    : {
        readings: read.readings.map((reading) =>
          reading.kind === 'event' && reading.event.type === 'delete'
            ? {
                kind: 'refused',
                ...omitNullish({ messageId: reading.event.messageId }),
                problem: deleteRefused,
              }
            : reading,
        ),
      };

/** Reads what Segment forwards: one event or an array of events, each of which names its type. */
export const parseForwarded = (body: Json, terms: Terms): ParsedRequest => {
  const items: readonly Json[] = Array.isArray(body) ? (body as readonly Json[]) : [body];
  if (items.length === 0) {
    return { problem: { field: 'batch', code: 'empty_batch', message: 'batch has no events' } };
  }
  const problem = tooMany(items.length);
  if (problem) return { problem };
  return {
    readings: items.map((item, index) =>
      readItem(item, noSharedSize, asForwarded, { ...terms, index }),
    ),
  };
};
