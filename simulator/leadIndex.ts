import type { Lead } from './model.ts';

/** Leads by the value of one field, without regard to case. Knows nobody's time. */
type Index = Map<string, Set<number>>;

/** The value that a lead has in a kept field. */
export const valueOf = (lead: Lead, field: string): string | undefined =>
  field === 'Email' ? (lead.email ?? undefined) : lead.fields[field];

interface LeadIndexes {
  put(lead: Lead): void;
  remove(lead: Lead): void;
  /** Ids of the leads that have this value in this field. */
  find(field: string, value: string): Iterable<number>;
  clear(): void;
}

/** Indexes over the leads' fields. One is made when a field is first searched by. */
export const createLeadIndexes = (all: () => Iterable<Lead>): LeadIndexes => {
  const indexes = new Map<string, Index>();

  const add = (index: Index, field: string, lead: Lead): void => {
    const value = valueOf(lead, field)?.toLowerCase();
    if (value === undefined) return;
    const ids = index.get(value);
    if (ids === undefined) index.set(value, new Set([lead.id]));
    else ids.add(lead.id);
  };

  const indexOf = (field: string): Index => {
    const known = indexes.get(field);
    if (known !== undefined) return known;
    const made: Index = new Map();
    for (const lead of all()) add(made, field, lead);
    indexes.set(field, made);
    return made;
  };

  return {
    put: (lead) => {
      for (const [field, index] of indexes) add(index, field, lead);
    },
    remove: (lead) => {
      for (const [field, index] of indexes) {
        const value = valueOf(lead, field)?.toLowerCase() ?? '';
        const ids = index.get(value);
        ids?.delete(lead.id);
        if (ids?.size === 0) index.delete(value);
      }
    },
    find: (field, value) => indexOf(field).get(value.toLowerCase()) ?? [],
    clear: () => {
      indexes.clear();
    },
  };
};
