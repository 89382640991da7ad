import type { JsonObject } from './event.ts';

/**
 * Whether the sender keeps this event from Marketo. The destination's own key (`Marketo`,
 * case-sensitive) decides where it is present: only `false` is off, every other value is on.
 * Otherwise `All`, in any case, is off where it is `false`; of two spellings the first counts.
 */
export const optedOut = (integrations: JsonObject | undefined): boolean => {
  if (integrations === undefined) return false;
  if (Object.hasOwn(integrations, 'Marketo')) return integrations.Marketo === false;
  return Object.entries(integrations).find(([key]) => key.toLowerCase() === 'all')?.[1] === false;
};
