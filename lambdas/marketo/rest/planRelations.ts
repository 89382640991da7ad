import { prerequisiteOf } from '../../lead/relations.ts';
import { without } from '../../lead/without.ts';
import type { Update } from '../types.ts';
import { groupOf } from './relations/kinds.ts';

/*
 * A request carries relations of one group: of one static list and one direction, say. It is worth its
 * price where it serves at least half of a call's leads; what it does not serve goes with a later call,
 * which serves it better. A relation that needs another one in Marketo first goes in the same call or later.
 */

interface Group {
  readonly name: string;
  /** The places of the updates that are in it. */
  readonly members: readonly number[];
  /** Most leads of one request, by Marketo and by what its members have been refused in. */
  readonly most: number;
  /** Others may need it in Marketo. */
  readonly isFirst: boolean;
}

const groupNameOf = (one: Parameters<typeof groupOf>[0]): string => groupOf(one)?.group ?? '';

const isEachOnce = (one: Parameters<typeof groupOf>[0]): boolean =>
  groupOf(one)?.isEachOnce === true;

/** Whether what the relation needs first is in Marketo, or goes with these groups. */
const mayGo = (name: string, { relations = [] }: Update, others: ReadonlySet<string>): boolean => {
  const first = prerequisiteOf(name);
  const needed = first === undefined ? undefined : relations.find((one) => one.name === first);
  return needed === undefined || others.has(groupNameOf(needed));
};

/** The groups of what may go of some updates, beside groups that go already; the largest first. */
const groupsIn = (
  updates: readonly Update[],
  going: ReadonlySet<string> = new Set(),
): readonly Group[] => {
  const groups = new Map<string, { members: Set<number>; most: number; isFirst: boolean }>();
  for (const [place, update] of updates.entries()) {
    const { relations = [], relationsMost = Infinity } = update;
    for (const relation of relations) {
      const known = groupOf(relation);
      if (known === undefined || going.has(known.group)) continue;
      if (!mayGo(relation.name, update, going)) continue;
      const { members, most } = groups.get(known.group) ?? { members: new Set(), most: known.most };
      members.add(place);
      const { isFirst } = known;
      groups.set(known.group, {
        members,
        most: Math.max(1, Math.min(most, relationsMost)),
        isFirst,
      });
    }
  }
  return [...groups]
    .map(([name, { members, ...group }]) => ({ name, members: [...members], ...group }))
    .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.members.length - a.members.length);
};

/** The relations of these groups; fewer of each for a lead that was refused in a large request. */
const withOnly = (update: Update, groups: ReadonlySet<string>): Update => {
  const { relations = [], relationsMost = Infinity } = update;
  const going = relations.filter(
    (one) => groups.has(groupNameOf(one)) && mayGo(one.name, update, groups),
  );
  const kept = [...Map.groupBy(going, groupNameOf).values()].flatMap((own) =>
    own.slice(0, own.some(isEachOnce) ? 1 : Math.max(1, relationsMost)),
  );
  if (kept.length === relations.length) return update;
  return kept.length > 0 ? { ...update, relations: kept } : without(update, 'relations');
};

/** Without what writes the lead's record itself: a call writes each record once. */
const withoutRecords = (update: Update): Update => {
  const { relations = [] } = update;
  const kept = relations.filter((one) => groupOf(one)?.writesRecord !== true);
  return kept.length === relations.length ? update : { ...update, relations: kept };
};

/** `going`, and so many groups more that are each worth a request. */
const worthwhile = (
  given: readonly Update[],
  requests: number,
  going: ReadonlySet<string>,
): ReadonlySet<string> => {
  if (requests <= 0) return going;
  const updates = given.map(withoutRecords);
  const next = groupsIn(updates, going).find(
    ({ members, most }) => members.length * 2 >= updates.length && members.length <= most,
  );
  if (next === undefined) return going;
  return worthwhile(given, requests - 1, new Set([...going, next.name]));
};

/** The updates of a call with those of their relations that at most so many requests are worth. */
export const withWorthwhileRelations = (
  updates: readonly Update[],
  requests: number,
): readonly Update[] => {
  if (updates.every(({ relations }) => relations === undefined)) return updates;
  const names = worthwhile(updates, requests, new Set());
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
    const names = worthwhile(members, requests - 1, new Set([group.name]));
    calls.push(members.map((one) => withOnly(one, names)));
    left = left.filter((_, place) => !chosen.has(place));
  }
  return calls;
};
