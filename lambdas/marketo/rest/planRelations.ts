import { prerequisiteOf } from '../../lead/relations.ts';
import { receivedAtOf } from '../../segment/order.ts';
import { without } from '../../lead/without.ts';
import type { Update } from '../marketoTypes.ts';
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
  /** When the events of its members came, in their order; nobody knows: `undefined`. */
  readonly since: readonly (number | undefined)[];
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

/** Of each update that is in a group, by its place, when its event came. */
type Waits = Map<number, number | undefined>;

/** The groups of what may go of some updates, beside groups that go already; the largest first. */
const groupsIn = (
  updates: readonly Update[],
  going: ReadonlySet<string> = new Set(),
): readonly Group[] => {
  const groups = new Map<string, Omit<Group, 'name' | 'members' | 'since'> & { waits: Waits }>();
  for (const [place, update] of updates.entries()) {
    const { relations = [], maxRelationsPerRequest: maxRelations = Infinity } = update;
    for (const relation of relations) {
      const known = groupOf(relation);
      if (known === undefined || going.has(known.group)) continue;
      if (!mayGo(relation.name, update, going)) continue;
      const before = groups.get(known.group);
      const waits: Waits = before?.waits ?? new Map<number, number | undefined>();
      if (!waits.has(place))
        waits.set(place, relation.order === undefined ? undefined : receivedAtOf(relation.order));
      groups.set(known.group, {
        waits,
        most: Math.max(1, Math.min(before?.most ?? known.most, maxRelations)),
        isFirst: known.isFirst,
      });
    }
  }
  return [...groups]
    .map(([name, { waits, ...group }]) => ({
      name,
      members: [...waits.keys()],
      since: [...waits.values()],
      ...group,
    }))
    .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.members.length - a.members.length);
};

/** The relations of these groups; fewer of each for a lead that was refused in a large request. */
const withOnly = (update: Update, groups: ReadonlySet<string>): Update => {
  const { relations = [], maxRelationsPerRequest: maxRelations = Infinity } = update;
  const going = relations.filter(
    (one) => groups.has(groupNameOf(one)) && mayGo(one.name, update, groups),
  );
  const kept = [...Map.groupBy(going, groupNameOf).values()].flatMap((own) =>
    own.slice(0, own.some(isEachOnce) ? 1 : Math.max(1, maxRelations)),
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
    ({ members, most: max }) => members.length * 2 >= updates.length && members.length <= max,
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

/** One that came this much after another weighs as if both had just come: seconds. */
const freshSeconds = 15;

/** How much a group weighs that many wait for, or some for long: a square, so that age wins in the end. */
const weightAt = ({ since, most: max }: Group, now: number): number =>
  since
    .map((at) => Math.max(0, now - (at ?? now)) / 1_000)
    .sort((a, b) => b - a)
    .slice(0, max)
    .reduce((sum, seconds) => sum + (seconds + freshSeconds) ** 2, 0);

/** The group that weighs most; what others need in Marketo goes before. The latest event says what time it is. */
const nextOf = (groups: readonly Group[]): Group | undefined => {
  const [largest] = groups;
  if (largest === undefined || largest.isFirst) return largest;
  const now = groups
    .flatMap(({ since }) => since)
    .reduce<number>((latest, at) => Math.max(latest, at ?? 0), 0);
  let best = { group: largest, weight: weightAt(largest, now) };
  for (const group of groups) {
    const weight = weightAt(group, now);
    if (weight > best.weight) best = { group, weight };
  }
  return best.group;
};

/** The members of a group that go, where not all of them may: those that have waited longest. */
const chosenOf = ({ members, since, most: max }: Group): ReadonlySet<number> =>
  new Set(
    members
      .map((place, at) => ({ place, since: since[at] ?? Infinity }))
      .sort((a, b) => (members.length <= max ? 0 : a.since - b.since))
      .slice(0, max)
      .map(({ place }) => place),
  );

/**
 * Calls of leads that only have relations to tell. What others need goes first; then the group that weighs most by how
 * many wait and how long, with what else of its leads is worth a request. A lead that was refused in a large request
 * makes its group's one smaller.
 */
export const relationCalls = (
  updates: readonly Update[],
  requests: number,
): readonly (readonly Update[])[] => {
  const calls: (readonly Update[])[] = [];
  let left = updates;
  while (left.length > 0) {
    const group = nextOf(groupsIn(left));
    if (group === undefined) break;
    const chosen = chosenOf(group);
    const members = left.filter((_, place) => chosen.has(place));
    const names = worthwhile(members, requests - 1, new Set([group.name]));
    calls.push(members.map((one) => withOnly(one, names)));
    left = left.filter((_, place) => !chosen.has(place));
  }
  return calls;
};
