import type { MadeCall } from './marketo.ts';
import { wasSent } from './marketo.ts';
import type { Happening } from './workload.ts';
import { emailOf } from './workload.ts';

interface Rules {
  /** When the workload started (epoch ms). */
  readonly startedAt: number;
  /** How long a lead rests between the end of one call and the start of the next. */
  readonly lockMs: number;
  /** Calls that started before (epoch ms) are not among the result. */
  readonly since?: number;
}

/** For each lead, the moments (epoch ms) of its news: those that Marketo has to be told of. */
const newsOf = (happenings: readonly Happening[], startedAt: number): Map<string, number[]> => {
  const news = new Map<string, number[]>();
  for (const { who, at, isNews } of happenings) {
    if (!isNews) continue;
    const email = emailOf(who);
    const moments = news.get(email) ?? [];
    moments.push(startedAt + at);
    news.set(email, moments);
  }
  return news;
};

/** What a call says of the news: the count of them goes out as a field. */
const toldIn = (fields: MadeCall['updates'][number]['fields']): number =>
  Number(fields.find(({ name }) => name === 'Logins')?.value ?? 0);

/**
 * How late each call that told news was: from the moment it could go, which is when the first of its
 * news came or the lead's lock ended, to its start. Milliseconds, in ascending order. Leads that are
 * not among the happenings do not count.
 * Throws where news was never told, or where a call came before the lock's end.
 */
export const lateness = (
  happenings: readonly Happening[],
  calls: readonly MadeCall[],
  { startedAt, lockMs, since = 0 }: Rules,
): readonly number[] => {
  const news = newsOf(happenings, startedAt);
  const sent = new Map<string, number>();
  const freeAt = new Map<string, number>();
  const late: number[] = [];
  for (const call of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const { startedAt: start, endedAt, updates } = call;
    for (const [index, { email, fields }] of updates.entries()) {
      const free = freeAt.get(email) ?? 0;
      if (start < free) throw new Error('a lead was synced before its lock ended');
      freeAt.set(email, endedAt + lockMs);
      const before = sent.get(email) ?? 0;
      const after = toldIn(fields);
      const first = news.get(email)?.[before];
      if (after <= before || first === undefined || !wasSent(call, index)) continue;
      if (start >= since) late.push(start - Math.max(free, first));
      sent.set(email, after);
    }
  }
  for (const [email, moments] of news)
    if (sent.get(email) !== moments.length) throw new Error('a lead’s last news was never told');
  return late.sort((a, b) => a - b);
};

/**
 * How old each piece of news was when the call ended that told it, and whose it was. In the order of
 * the calls; news that was never told is missing.
 */
export const ages = (
  happenings: readonly Happening[],
  calls: readonly MadeCall[],
  startedAt: number,
): readonly { readonly email: string; readonly age: number }[] => {
  const news = newsOf(happenings, startedAt);
  const sent = new Map<string, number>();
  return calls
    .toSorted((a, b) => a.endedAt - b.endedAt)
    .flatMap((call) =>
      call.updates.flatMap(({ email, fields }, index) => {
        const before = sent.get(email) ?? 0;
        const after = toldIn(fields);
        if (after <= before || !wasSent(call, index)) return [];
        sent.set(email, after);
        const moments = news.get(email)?.slice(before, after) ?? [];
        return moments.map((at) => ({ email, age: call.endedAt - at }));
      }),
    );
};

/** The value below which this share of ascending values lies; 0 of none. */
export const percentile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? 0;

/** The middle, the one in a hundred, and the worst of some durations (ms). */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export const spreadOf = (values: readonly number[]): Spread => {
  const ascending = values.toSorted((a, b) => a - b);
  return {
    p50: percentile(ascending, 0.5),
    p99: percentile(ascending, 0.99),
    max: ascending.at(-1) ?? 0,
  };
};
