import type { Check } from './seen.ts';

const lockMs = 30_000;
const slidingMs = 20_000;
/** Windows of 3 s that requests within 20 s can come from, clocks and late slots counted in. */
const windowsSeen = 9;
/** US Central in winter. */
const centralOffsetMs = -6 * 3_600_000;

/** Calls for a lead that started too soon after its last one, or before that had ended. */
export const closeCalls: Check = ({ world }) =>
  [...world.books.calls].flatMap(([lead, all]) => {
    const calls = all.filter(({ isBesides }) => isBesides !== true);
    return calls.slice(1).flatMap(({ startedAt }, index) => {
      const gap = startedAt - (calls[index]?.endedAt ?? Infinity);
      const at = new Date(startedAt).toISOString();
      return gap >= lockMs ? [] : [`${lead}: a gap of ${gap / 1_000} s at ${at}`];
    });
  });

/** Requests beyond what may go in any 20 s, at once, or in a day. */
export const crowdedCalls: Check = ({ world: { books, character } }) => {
  const { requests } = books;
  const { callLimits, syncWorkers, rates } = character;
  const { perWindow, dailyCalls } = callLimits;
  const most = windowsSeen * perWindow;
  const crowds = requests.flatMap((at, index) => {
    const first = requests[index - most];
    return first !== undefined && at - first < slidingMs
      ? [`more than ${most} in 20 s at ${new Date(at).toISOString()}`]
      : [];
  });
  const days = Map.groupBy(requests, (at) =>
    new Date(at + centralOffsetMs).toISOString().slice(0, 10),
  );
  const full = [...days].filter(([, { length }]) => length > dailyCalls);
  // One that dies leaves its call behind, and another worker takes its place.
  const atOnce = rates.kills > 0 ? 0 : books.maxAtOnce();
  const flocks = atOnce > syncWorkers ? [`${atOnce} at once, of ${syncWorkers} workers`] : [];
  return [...crowds, ...flocks, ...full.map(([day, { length }]) => `${length} on ${day}`)];
};

/** Cookies that went out with two leads, where that would rename one of them. */
export const sharedCookies: Check = ({ world: { books, character } }) =>
  // Over REST a cookie is told to a lead by the lead's id: it renames nobody and may move.
  (character.api === 'rest' ? [] : [...books.cookies]).flatMap(([token, leads]) =>
    leads.size > 1 ? [`${token} with ${leads.size} leads`] : [],
  );
