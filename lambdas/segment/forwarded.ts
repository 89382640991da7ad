import { isObject } from './json.ts';
import { timeIn } from './timestamps.ts';
import type { Json } from './event.ts';

/**
 * A message that Segment forwards (webhook, AWS Lambda destination). Its `timestamp` is corrected by
 * the sender's clock already, and it may arrive hours after its `sentAt`: correcting it again would
 * make an old event younger than what came after it. Without a usable timestamp it stays as it is.
 */
export const asForwarded = (message: Json): Json =>
  isObject(message) && timeIn(message.timestamp) !== undefined
    ? { ...message, originalTimestamp: null, sentAt: null }
    : message;
