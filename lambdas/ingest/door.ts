import { ingestLimits } from '../../lib/timing.ts';
import { openBatch, withShared } from '../segment/batch.ts';
import { isObject, kindOf, nestsDeeper, present } from '../segment/json.ts';
import { readMessage } from '../segment/message.ts';
import type { Shared } from '../segment/batch.ts';
import type { Json } from '../segment/event.ts';
import type { CallType, Reading } from '../segment/message.ts';
import type { Problem } from '../segment/problem.ts';
import type { EpochMs } from '../segment/time.ts';

/** Refused for its size; the only refusals that are answered with 413. */
const tooLargeCodes: ReadonlySet<string> = new Set(['event_too_large', 'too_many_events']);

/** The status of an answer that refuses for these reasons and no others. */
export const statusOf = (problems: readonly Problem[]): 400 | 413 =>
  problems.every(({ code }) => tooLargeCodes.has(code)) ? 413 : 400;

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const tooDeep = (field: string): Problem => ({
  field,
  code: 'nested_too_deep',
  message: `${field} must not nest objects and arrays more than ${ingestLimits.nesting} deep`,
});

const usableId = (item: Json): string | undefined => {
  const id = isObject(item) ? item.messageId : undefined;
  return typeof id === 'string' && id.length <= ingestLimits.messageIdCharacters ? id : undefined;
};

/** What would make one event, with what its batch adds to it, a burden further on. */
const burdenOf = (item: Json, sharedBytes: number): Problem | undefined => {
  if (nestsDeeper(item, ingestLimits.nesting)) return tooDeep('message');
  if (!isObject(item) || bytesOf(item) + sharedBytes <= ingestLimits.eventBytes) return undefined;
  const message = `an event must have at most ${ingestLimits.eventBytes} bytes of JSON`;
  return { field: 'message', code: 'event_too_large', message };
};

/** Reads the body of a call for one event. */
export const readOne = (body: Json, type: CallType, receivedAt: EpochMs): Reading => {
  const problem = burdenOf(body, 0);
  const { messageIdCharacters } = ingestLimits;
  return problem
    ? { kind: 'refused', ...present({ messageId: usableId(body) }), problem }
    : readMessage(body, { type, receivedAt, messageIdCharacters });
};

/** Reads the body of a batch: what becomes of each event, or why none of them can be read. */
export const readBatch = (
  body: Json,
  receivedAt: EpochMs,
): { readonly readings: readonly Reading[] } | { readonly problem: Problem } => {
  if (!isObject(body)) {
    const message = `the body must be an object with a batch, not ${kindOf(body)}`;
    return { problem: { field: 'batch', code: 'batch_not_array', message } };
  }
  const opened = openBatch(body);
  if ('problem' in opened) return opened;
  const { items, shared } = opened;
  if (items.length > ingestLimits.batchEvents) {
    const message = `a batch must have at most ${ingestLimits.batchEvents} events`;
    return { problem: { field: 'batch', code: 'too_many_events', message } };
  }
  for (const field of ['context', 'integrations', 'sentAt'] as const satisfies (keyof Shared)[]) {
    if (nestsDeeper(shared[field], ingestLimits.nesting)) return { problem: tooDeep(field) };
  }
  const { context, integrations } = shared;
  const sharedBytes = context || integrations ? bytesOf(present({ context, integrations })) : 0;
  const { messageIdCharacters } = ingestLimits;
  const readings = items.map((item): Reading => {
    const problem = burdenOf(item, sharedBytes);
    if (problem) return { kind: 'refused', ...present({ messageId: usableId(item) }), problem };
    const message = isObject(item) ? withShared(item, shared) : item;
    return readMessage(message, { receivedAt, messageIdCharacters });
  });
  return { readings };
};
