import { leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import type { HistoryReader } from '../../../../../lambdas/history/historyPorts.ts';
import {
  countOf,
  doesMatch,
  mergedProblems,
  problemsOf,
} from '../../../../../lambdas/history/summary.ts';
import type { HistoryEvent, HistoryOutcome } from '../../../../../lambdas/history/types.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';

/** What happened again and again, from the latest event backwards. */
const kinds: readonly (Pick<HistoryEvent, 'type' | 'name' | 'source' | 'reason'> & {
  readonly outcome: HistoryOutcome;
})[] = [
  { type: 'identify', outcome: 'delivered', source: 'web' },
  { type: 'track', name: 'Order Completed', outcome: 'delivered', source: 'shop' },
  { type: 'page', name: 'Pricing', outcome: 'delivered', source: 'web' },
  {
    type: 'identify',
    outcome: 'dead',
    source: 'crm',
    reason: 'Marketo has no such field: Plan_Tier',
  },
  {
    type: 'track',
    name: 'Signed Up',
    outcome: 'held',
    source: 'web',
    reason: 'no e-mail is known',
  },
  { type: 'identify', outcome: 'unchanged', source: 'crm' },
  { type: 'page', name: 'Home', outcome: 'dropped', source: 'web', reason: 'no consent' },
  { type: 'identify', outcome: 'waiting', source: 'web' },
];
const people = ['Jane Doe', 'Ali Baba', 'Zoë Kröger', 'Jake Long'];

/** A history of this many events, one every twenty seconds until now. */
export const createFakeHistory = (count: number, now: () => number): HistoryReader => {
  const at = (index: number) => epochMs(now() - 5_000 - index * 20_000);
  const eventAt = (index: number): HistoryEvent => {
    const kind = kinds[index % kinds.length] ?? { outcome: 'delivered' as const };
    const personName = people[index % people.length] ?? '';
    const email = `${personName.split(' ')[0]?.toLowerCase() ?? ''}@example.com`;
    return {
      ...kind,
      message: shortHashOf(`history-${index}`),
      messageId: `history-${index}`,
      owner: leadIdOf(email),
      at: at(index),
      receivedAt: epochMs(at(index) - 700),
      ...(kind.outcome !== 'held' && { email }),
      userId: `user-${index % 40}`,
      personName,
      steps: [],
    };
  };
  const all = (): readonly HistoryEvent[] => Array.from({ length: count }, (_, i) => eventAt(i));
  const within = (from: number, to: number) =>
    all().filter((event) => event.at >= from && event.at < to);
  const isOf = (event: HistoryEvent, part: string): boolean =>
    [event.email, event.userId, event.personName].some(
      (text) => text?.toLowerCase().includes(part.toLowerCase()) === true,
    );
  return {
    event: (message) => Promise.resolve(all().find((event) => event.message === message)),
    ofOwner: (owner, most) =>
      Promise.resolve(
        all()
          .filter((event) => event.owner === owner)
          .slice(0, most),
      ),
    search: (filter, { most, after = '0' }) => {
      const { person, ...rest } = filter;
      const found = all().filter(
        (event) => doesMatch(event, rest) && (person === undefined || isOf(event, person)),
      );
      const from = Number(after);
      const events = found.slice(from, from + most);
      const hasMore = from + most < found.length;
      const last = events.at(-1);
      return Promise.resolve({
        events,
        searchedTo: hasMore && last ? last.at : epochMs(0),
        ...(hasMore && { next: String(from + most) }),
      });
    },
    counts: (from, to, everyMs) =>
      Promise.resolve(
        Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, index) => {
          const start = from + index * everyMs;
          const rows = within(start, start + everyMs);
          const calls = rows.length * 2;
          return {
            ...countOf(epochMs(start), [{ rows, calls: [], troubles: [] }]),
            calls,
            requests: calls,
          };
        }),
      ),
    problems: (from, to) => Promise.resolve(mergedProblems(problemsOf(within(from, to)))),
    people: (part, most) =>
      Promise.resolve(
        [...Map.groupBy(all(), ({ owner }) => owner ?? '')]
          .flatMap(([owner, events]) => {
            const [{ email, userId, personName: name, at: latest } = eventAt(0)] = events;
            return events.some((event) => isOf(event, part))
              ? [
                  {
                    owner,
                    ...(email && { email }),
                    ...(userId && { userId }),
                    ...(name && { name }),
                    at: latest,
                  },
                ]
              : [];
          })
          .slice(0, most),
      ),
    latest: () => Promise.resolve([]),
  };
};
