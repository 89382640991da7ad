import type { JsonObject } from '../lambdas/segment/event.ts';
import { createDice } from '../test/simulation/dice.ts';
import { createZipf } from './zipf.ts';

/** One event of a workload. */
export interface Happening {
  /** Milliseconds since the start. */
  readonly at: number;
  /** The number of its lead. */
  readonly who: number;
  /** As Segment sends it. */
  readonly message: JsonObject;
  /** An identify that says something which Marketo does not have yet. */
  readonly isNews: boolean;
}

export const emailOf = (who: number): string => `lead-${who}@example.com`;
const tokenOf = (who: number): string => `_mch-example.com-1374552656411-${10_000_000 + who}`;

interface WorkloadOptions {
  readonly seed: number;
  readonly events: number;
  readonly leads: number;
  /** Exponent of Zipf's law: how unevenly the events fall on the leads. */
  readonly zipf: number;
  readonly durationMs: number;
  /** Share of the events that are identifies; the rest are half tracks, half pages. */
  readonly identifies: number;
  /** Share of a lead's later identifies that repeat what it said before. */
  readonly unchanged: number;
  /**
   * Whether each lead has a browser, whose Munchkin cookie all its events carry. Without one, its
   * tracks and pages are kept from Marketo, where they would need a cookie.
   */
  readonly hasCookies: boolean;
}

/** Events spread evenly over the time; all of it follows from the seed. Each lead keeps its e-mail. */
export const workload = (options: WorkloadOptions): readonly Happening[] => {
  const { seed, events, leads, zipf, durationMs, identifies, unchanged, hasCookies } = options;
  const dice = createDice(seed);
  const rankOf = createZipf(leads, zipf);
  /** For each lead that has identified itself, how often its values have changed. */
  const changes = new Map<number, number>();

  const cookieOf = (who: number): JsonObject =>
    hasCookies
      ? { context: { Marketo: { marketoCookie: `id:000-AAA-000&token:${tokenOf(who)}` } } }
      : {};

  const identify = (who: number): Omit<Happening, 'at' | 'who'> => {
    const before = changes.get(who);
    const isNews = before === undefined || !dice.chance(unchanged);
    const logins = (before ?? 0) + (isNews ? 1 : 0);
    changes.set(who, logins);
    const traits = { email: emailOf(who), firstName: `Name ${who}`, plan: 'basic', logins };
    return { message: { type: 'identify', traits, ...cookieOf(who) }, isNews };
  };

  const visit = (who: number): Omit<Happening, 'at' | 'who'> => {
    const activity: JsonObject = dice.chance(0.5)
      ? { type: 'track', event: 'Signed In', properties: { plan: 'basic' } }
      : { type: 'page', properties: { url: 'https://www.example.com/pricing' } };
    const integrations = hasCookies ? {} : { integrations: { Marketo: false } };
    return { message: { ...activity, ...cookieOf(who), ...integrations }, isNews: false };
  };

  const moments = Array.from({ length: events }, () => Math.floor(dice.upTo(durationMs)));
  return moments
    .sort((a, b) => a - b)
    .map((at, index) => {
      const who = rankOf(dice.next());
      const { message, isNews } = dice.chance(identifies) ? identify(who) : visit(who);
      const ids = { userId: `user-${who}`, messageId: `message-${seed}-${index}` };
      return { at, who, message: { ...message, ...ids }, isNews };
    });
};

/** Identifies at these moments, each with another value than its lead's one before. */
export const identifying = (
  wishes: readonly { readonly at: number; readonly who: number }[],
): readonly Happening[] => {
  const changes = new Map<number, number>();
  return wishes
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, who }, index) => {
      const logins = (changes.get(who) ?? 0) + 1;
      changes.set(who, logins);
      const traits = { email: emailOf(who), logins };
      const ids = { userId: `user-${who}`, messageId: `message-${index}` };
      return { at, who, message: { type: 'identify', traits, ...ids }, isNews: true };
    });
};
