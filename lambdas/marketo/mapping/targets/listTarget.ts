import * as z from 'zod/mini';
import { relationName } from '../../../lead/relations.ts';
import { describe, forChecking } from '../described.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type ListRule = {
  readonly list: number;
  /** `add`, `remove`, or where the event says it. */
  readonly member: Source;
};

const isWord = (member: Source): member is 'add' | 'remove' =>
  member === 'add' || member === 'remove';

/** A static list that the lead enters or leaves. Over REST only. */
export const list: Target<ListRule> = {
  description: 'The lead enters or leaves a static list of Marketo; over REST only.',
  shape: forChecking(() => ({
    list: describe(z.int().check(z.gte(1)), {
      description: 'Marketo’s id of the static list.',
      values: 'Marketo’s id of the static list, a whole number from 1',
    }),
    member: describe(z.union([z.enum(['add', 'remove']), sourceSchema]), {
      description: 'add, remove, or the path of a boolean of the event: true adds, false removes.',
      values: 'add, remove, or a path whose value is true or false, like "properties.isCustomer"',
    }),
  })),
  isRestOnly: true,
  replacesVisit: true,
  slots: ({ list: id }) => [
    { slot: `list ${id}`, at: ['list'], what: `the membership of the list ${id}` },
  ],
  values: ({ member }) => (isWord(member) ? [] : [{ at: ['member'], source: member }]),
  compile: ({ list: id, member }) => {
    const name = relationName({ kind: 'list', id: String(id) });
    const read = isWord(member) ? () => member === 'add' : compileSource(member);
    const label = isWord(member) ? member : labelOf(member);
    return (view) => {
      const value = read(view);
      if (typeof value !== 'boolean')
        return { effects: [], dropped: `${label} is neither true nor false` };
      return { effects: [{ kind: 'relation', slot: `list ${id}`, does: { name, value } }] };
    };
  },
};
