import { marketoLimits, soapLimits } from '../../limits.ts';
import type { Update } from '../marketoTypes.ts';
import { xmlText } from './xmlText.ts';

const bytesOf = (text: string): number => Buffer.byteLength(xmlText(text));

/** The tags around a lead's record, and around one attribute of it, as the `soap` package writes them. */
const recordTags = '<leadRecord><Email></Email><leadAttributeList></leadAttributeList></leadRecord>'
  .length;
const attributeTags = '<attribute><attrName></attrName><attrValue></attrValue></attribute>'.length;

/** Bytes of a lead's record within a request. */
const recordBytes = ({ email, fields }: Update): number =>
  fields.reduce(
    (sum, { name, value }) => sum + attributeTags + bytesOf(name) + bytesOf(String(value ?? '')),
    recordTags + bytesOf(email),
  );

interface Waiting {
  readonly update: Update;
  readonly index: number;
  readonly most: number;
  readonly bytes: number;
}

interface OpenCall {
  readonly members: Waiting[];
  readonly most: number;
  bytesLeft: number;
}

const maxOf = ({ cookie, formerEmails, callMost }: Update, maxForAll: number): number =>
  cookie === undefined && formerEmails === undefined
    ? Math.max(1, Math.min(callMost ?? Infinity, maxForAll))
    : 1;

/**
 * First fit, smallest limit first: the lead with the smallest limit fills its call with those of the
 * next smallest limits, which no other call could use better.
 */
const pack = (waiting: readonly Waiting[]): OpenCall[] => {
  const calls: OpenCall[] = [];
  for (const one of waiting.toSorted((a, b) => a.most - b.most || a.index - b.index)) {
    let call = calls.find(
      ({ members, most: max, bytesLeft }) => members.length < max && one.bytes <= bytesLeft,
    );
    if (!call) {
      call = { members: [], most: one.most, bytesLeft: soapLimits.bodyBytes };
      calls.push(call);
    }
    call.members.push(one);
    call.bytesLeft -= one.bytes;
  }
  return calls;
};

/**
 * Splits updates into few calls, the fewest possible where they are small. A lead with a cookie goes
 * alone, since only syncLead carries one, and so does one that has to be looked up first; no call has more leads than any of its leads' `callMost`,
 * nor than `mostForAll` (syncMultipleLeads takes 300), nor more bytes than `soapLimits.bodyBytes`,
 * unless one lead alone has. Within a call, and from call to call, the given order is kept.
 */
export const planSoapCalls = (
  updates: readonly Update[],
  maxForAll: number = marketoLimits.leadsPerCall,
): readonly (readonly Update[])[] => {
  const waiting = updates.map((update, index) => ({
    update,
    index,
    most: maxOf(update, maxForAll),
    bytes: recordBytes(update),
  }));
  return pack(waiting)
    .map(({ members }) => members.sort((a, b) => a.index - b.index))
    .sort((a, b) => (a[0]?.index ?? 0) - (b[0]?.index ?? 0))
    .map((call) => call.map(({ update }) => update));
};
