import { Refusal } from './refusal.ts';

/** A lead's names for the lock: its id and its e-mail, so that a new lead has one too. */
export const lockKeys = (lead: {
  readonly id?: number | undefined;
  readonly email?: string | null | undefined;
}): readonly string[] => [
  ...(lead.id === undefined ? [] : [`id:${String(lead.id)}`]),
  ...(lead.email === null || lead.email === undefined ? [] : [`email:${lead.email.toLowerCase()}`]),
];

export interface LockRule {
  /** Whether none of these leads is at work or rests still. */
  isFree(keys: readonly string[], now: number): boolean;
  /** Notes that work on these leads starts; a Refusal `locked` when one is at work or rests still. */
  begin(keys: readonly string[], now: number): void;
  /** Notes that the work begun on `begun` ended; the rest counts for all `touched` leads from now. */
  end(begun: readonly string[], touched: readonly string[], now: number): void;
  /** What a restart remembers: these leads' last work ended then. */
  restore(keys: readonly string[], endedAt: number): void;
  clear(): void;
}

const pruneAbove = 10_000;

/** The watch over this destination's rule: `restMs` between the end of a lead's sync and its next start; 0 watches over nothing. */
export const createLockRule = (restMs: number): LockRule => {
  const working = new Set<string>();
  const endedAt = new Map<string, number>();

  const prune = (now: number): void => {
    if (endedAt.size < pruneAbove) return;
    for (const [key, end] of endedAt) if (now - end >= restMs) endedAt.delete(key);
  };
  const isBusy = (key: string, now: number): boolean =>
    working.has(key) || now - (endedAt.get(key) ?? -Infinity) < restMs;

  const isFree = (keys: readonly string[], now: number): boolean =>
    restMs === 0 || !keys.some((key) => isBusy(key, now));

  return {
    isFree,
    begin: (keys, now) => {
      if (restMs === 0) return;
      if (!isFree(keys, now)) throw new Refusal({ kind: 'locked' });
      for (const key of keys) working.add(key);
    },
    end: (begun, touched, now) => {
      if (restMs === 0) return;
      for (const key of begun) working.delete(key);
      for (const key of touched) endedAt.set(key, now);
      prune(now);
    },
    restore: (keys, at) => {
      for (const key of keys) endedAt.set(key, Math.max(at, endedAt.get(key) ?? at));
    },
    clear: () => {
      endedAt.clear();
    },
  };
};
