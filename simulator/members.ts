import type { Membership } from './model.ts';

/** Who is in which static list. */
export const createMembers = () => {
  const lists = new Map<number, Set<number>>();
  const has = (list: number, lead: number): boolean => lists.get(list)?.has(lead) ?? false;
  return {
    has,
    put: ({ list, lead, isMember }: Membership): void => {
      const members = lists.get(list) ?? new Set<number>();
      lists.set(list, members);
      if (isMember) members.add(lead);
      else members.delete(lead);
    },
    /** A lead is gone; the one that it was merged into is in its lists then. */
    move: (lead: number, into: number | null): void => {
      for (const members of lists.values())
        if (members.delete(lead) && into !== null) members.add(into);
    },
    of: (list: number): readonly number[] => [...(lists.get(list) ?? [])],
    all: (): readonly Membership[] =>
      [...lists].flatMap(([list, members]) =>
        [...members].map((lead) => ({ list, lead, isMember: true })),
      ),
    clear: (): void => {
      lists.clear();
    },
  };
};
