import { marketoLimits } from '../../../lib/timing.ts';
import type { Update } from '../types.ts';

const most = (update: Update, mostForAll: number): number =>
  update.cookie === undefined ? Math.max(1, Math.min(update.callMost ?? Infinity, mostForAll)) : 1;

/**
 * Splits updates into as few calls as possible. A lead with a cookie goes alone, since only syncLead
 * carries one; no call has more leads than any of its leads' `callMost`, nor than `mostForAll`
 * (syncMultipleLeads takes 300). Within a call, and from call to call, the given order is kept.
 *
 * Fewest: the lead with the smallest limit fills its call with those of the next smallest limits,
 * which no other call could use better.
 */
export const planCalls = (
  updates: readonly Update[],
  mostForAll: number = marketoLimits.leadsPerCall,
): readonly (readonly Update[])[] => {
  const waiting = updates
    .map((update, index) => ({ update, index, most: most(update, mostForAll) }))
    .sort((a, b) => a.most - b.most);
  const calls: (typeof waiting)[] = [];
  for (let from = 0; from < waiting.length;) {
    const call = waiting.slice(from, from + (waiting[from]?.most ?? 1));
    from += call.length;
    calls.push(call.sort((a, b) => a.index - b.index));
  }
  return calls
    .sort((a, b) => (a[0]?.index ?? 0) - (b[0]?.index ?? 0))
    .map((call) => call.map(({ update }) => update));
};
