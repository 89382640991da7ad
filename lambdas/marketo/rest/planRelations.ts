import { without } from '../../lead/without.ts';
import type { Update } from '../types.ts';
import { groupOf } from './relations/kinds.ts';

/*
 * A request carries relations of one group: of one static list and one direction, say. It is worth its
 * price where it serves at least half of a call's leads; what it does not serve goes with a later call,
 * which serves it better.
 */

interface Group {
  readonly name: string;
  readonly members: number[];
  /** Most leads of one request, by Marketo and by what its members have been refused in. */
  most: number;
}

/** The groups of some updates, by the places of those that are in them; the largest first. */
const groupsIn = (updates: readonly Update[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const [place, { relations = [], relationsMost = Infinity }] of updates.entries())
    for (const relation of relations) {
      const known = groupOf(relation);
      if (known === undefined) continue;
      const group = groups.get(known.group) ?? { name: known.group, members: [], most: known.most };
      group.members.push(place);
      group.most = Math.max(1, Math.min(group.most, relationsMost));
      groups.set(known.group, group);
    }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length);
};

const withOnly = (update: Update, groups: ReadonlySet<string>): Update => {
  const { relations = [] } = update;
  const kept = relations.filter((one) => groups.has(groupOf(one)?.group ?? ''));
  if (kept.length === relations.length) return update;
  return kept.length > 0 ? { ...update, relations: kept } : without(update, 'relations');
};

/** The updates of a call with those of their relations that at most so many requests are worth. */
export const withWorthwhileRelations = (
  updates: readonly Update[],
  requests: number,
): readonly Update[] => {
  if (updates.every(({ relations }) => relations === undefined)) return updates;
  const worthwhile = groupsIn(updates)
    .filter(({ members, most }) => members.length * 2 >= updates.length && members.length <= most)
    .slice(0, Math.max(0, requests));
  const names = new Set(worthwhile.map(({ name }) => name));
  return updates.map((update) => withOnly(update, names));
};

/**
 * Calls of leads that only have relations to tell: the largest group first, with what else of its leads
 * is worth a request. A lead that was refused in a large request makes its group's one smaller.
 */
export const relationCalls = (
  updates: readonly Update[],
  requests: number,
): readonly (readonly Update[])[] => {
  const calls: (readonly Update[])[] = [];
  let left = updates;
  while (left.length > 0) {
    const [group] = groupsIn(left);
    if (group === undefined) break;
    const chosen = new Set(group.members.slice(0, group.most));
    const members = left.filter((_, place) => chosen.has(place));
    const main = new Set([group.name]);
    const others = withWorthwhileRelations(
      members.map((one) => withoutGroup(one, group.name)),
      requests - 1,
    );
    calls.push(members.map((one, at) => merged(withOnly(one, main), others[at])));
    left = left.filter((_, place) => !chosen.has(place));
  }
  return calls;
};

const withoutGroup = (update: Update, name: string): Update => {
  const kept = (update.relations ?? []).filter((one) => groupOf(one)?.group !== name);
  return kept.length > 0 ? { ...update, relations: kept } : without(update, 'relations');
};

const merged = (update: Update, other: Update | undefined): Update => ({
  ...update,
  relations: [...(update.relations ?? []), ...(other?.relations ?? [])],
});
