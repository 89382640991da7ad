/** Durations and limits of the plugin, as plain numbers that its bundler can put in place. */

export const browserTiming = {
  /** How long Munchkin and its cookie are waited for, unless the page says otherwise. */
  loadMs: 10_000,
  /** How often what is waited for is looked at. */
  lookMs: 50,
  requestMs: 10_000,
  /** After each try of one identify, jittered by half; none after the last. */
  retryWaitsMs: [1_000, 4_000, 16_000, 0],
} as const;

export const browserLimits = {
  /** Calls that wait for consent, for Munchkin or for an answer. */
  calls: 100,
  /** A browser sends 64 KiB at most for a page that is gone. */
  keptCharacters: 60_000,
} as const;
