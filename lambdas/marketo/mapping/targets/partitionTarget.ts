import { forChecking } from '../described.ts';
import { partitionRegister } from '../../../lead/relations.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type PartitionRule = {
  readonly partition: Source;
};

const slot = 'partition';

/** The lead partition in which Marketo makes the lead. Over REST only. */
export const partition: Target<PartitionRule> = {
  description:
    'The lead partition that a new lead is made in, instead of the setting `marketo.partition`; over REST only.',
  shape: forChecking(() => ({ partition: sourceSchema })),
  isRestOnly: true,
  replacesVisit: false,
  slots: () => [{ slot, at: ['partition'], what: 'the partition of the lead' }],
  values: ({ partition: source }) => [{ at: ['partition'], source }],
  compile: ({ partition: source }) => {
    const read = compileSource(source);
    const label = labelOf(source);
    return (view) => {
      const value = read(view);
      if (value === undefined || value === null) return { effects: [] };
      if (typeof value !== 'string' || value.trim() === '')
        return { effects: [], dropped: `${label} is not the name of a partition` };
      const does = { name: partitionRegister, value: value.trim() };
      return { effects: [{ kind: 'relation', slot, does }] };
    };
  },
};
