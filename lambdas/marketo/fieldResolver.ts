import type { LeadFields } from './marketoPorts.ts';
import { rememberedLooseKey as looseKey } from '../segment/looseKeyMemo.ts';
import { byCodeUnit } from './text.ts';

/** Finds the fields of an instance by the names that people give them. */
interface FieldResolver {
  /** Whether Marketo describes a field of exactly this name. */
  readonly has: (name: string) => boolean;
  /**
   * The field that a name means: the one of exactly this name, else one of the same letters without
   * regard to case, spaces and underscores. `undefined`: Marketo describes none.
   */
  readonly find: (name: string) => string | undefined;
}

/**
 * Resolves names against Marketo's own description of its fields. Where several fields have the same
 * letters, one that leads may set comes first, then one that differs in case alone, then the first by
 * code units: the same on every machine.
 */
export const createFieldResolver = (described: LeadFields): FieldResolver => {
  const byLetters = Map.groupBy(described.keys(), looseKey);
  const rank = (field: string, name: string): number =>
    (described.get(field)?.readOnly ? 2 : 0) + (field.toLowerCase() === name.toLowerCase() ? 0 : 1);
  const nearest = (name: string): string | undefined =>
    byLetters
      .get(looseKey(name))
      ?.toSorted((a, b) => rank(a, name) - rank(b, name) || byCodeUnit(a, b))[0];
  return {
    has: (name) => described.has(name),
    find: (name) => (described.has(name) ? name : nearest(name)),
  };
};
