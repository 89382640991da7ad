import { marketoLimits, restLimits } from '../../../lib/timing.ts';
import { without } from '../../lead/without.ts';
import type { Update } from '../types.ts';
import { isCookieOnly, recordText, upsertBody } from './record.ts';

interface PlanOptions {
  readonly partition?: string;
  /** How many cookies one call may associate; at least 1. */
  readonly cookiesPerCall?: number;
}

interface Waiting {
  readonly update: Update;
  readonly index: number;
  readonly most: number;
  /** Of the record, with the comma before the next. */
  readonly bytes: number;
  /** Without its cookie there would be nothing to send. */
  readonly needsCookie: boolean;
}

interface OpenCall {
  readonly members: Waiting[];
  readonly most: number;
  bytesLeft: number;
  cookiesLeft: number;
}

const fits = (call: OpenCall, { bytes, needsCookie }: Waiting): boolean =>
  call.members.length < call.most &&
  bytes <= call.bytesLeft &&
  (!needsCookie || call.cookiesLeft > 0);

/**
 * First fit, smallest limit first: the lead with the smallest `callMost` opens a call and shares it
 * with those of the next smallest, which no other call could use better.
 */
const pack = (waiting: readonly Waiting[], bytes: number, cookies: number): OpenCall[] => {
  const calls: OpenCall[] = [];
  for (const one of waiting.toSorted((a, b) => a.most - b.most || a.index - b.index)) {
    let call = calls.find((open) => fits(open, one));
    if (!call) {
      call = { members: [], most: one.most, bytesLeft: bytes, cookiesLeft: cookies };
      calls.push(call);
    }
    call.members.push(one);
    call.bytesLeft -= one.bytes;
    if (one.needsCookie) call.cookiesLeft -= 1;
  }
  return calls;
};

/** The call in the given order; cookies beyond its share wait for another call. */
const closed = ({ members, cookiesLeft }: OpenCall): readonly Waiting[] => {
  let left = cookiesLeft;
  return members
    .sort((a, b) => a.index - b.index)
    .map((one) => {
      if (one.update.cookie === undefined || one.needsCookie) return one;
      if (left > 0) {
        left -= 1;
        return one;
      }
      return { ...one, update: without(one.update, 'cookie') };
    });
};

/**
 * Splits updates into few calls and few requests: ≤ 300 leads and ≤ 1 MB a call, no call larger than
 * any of its leads' `callMost`, and ≤ 4 cookies. Leads that only have a cookie to tell go in calls
 * of their own, which need no upsert. Other updates beyond the 4 go without their cookie.
 */
export const planCalls = (
  updates: readonly Update[],
  { partition, cookiesPerCall = restLimits.cookiesPerCall }: PlanOptions = {},
): readonly (readonly Update[])[] => {
  const waiting = updates.map((update, index): Waiting => {
    const { callMost = marketoLimits.leadsPerCall, fields, cookie } = update;
    return {
      update,
      index,
      most: Math.max(1, Math.min(callMost, marketoLimits.leadsPerCall)),
      bytes: isCookieOnly(update) ? 0 : Buffer.byteLength(recordText(update)) + 1,
      needsCookie: cookie !== undefined && fields.length === 0,
    };
  });
  const bytes = restLimits.bodyBytes - Buffer.byteLength(upsertBody([], partition)) + 1;
  const cookieOnly = waiting.filter(({ update }) => isCookieOnly(update));
  const upserts = waiting.filter(({ update }) => !isCookieOnly(update));
  return [...pack(upserts, bytes, cookiesPerCall), ...pack(cookieOnly, bytes, cookiesPerCall)]
    .map(closed)
    .sort((a, b) => (a[0]?.index ?? 0) - (b[0]?.index ?? 0))
    .map((call) => call.map(({ update }) => update));
};
