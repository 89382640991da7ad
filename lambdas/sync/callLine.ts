import type { CallLine } from '../delivery.ts';
import type { LeadVerdict } from '../lead/settle.ts';

/** What the verdicts on a call's leads add to its line. */
export const verdictsOf = (
  verdicts: readonly LeadVerdict[],
): Pick<CallLine, 'verdicts' | 'because'> => {
  const kinds = Map.groupBy(verdicts, ({ kind }) => kind);
  const because = verdicts.flatMap((one) => (one.kind === 'synced' ? [] : [one.because])).at(0);
  return {
    verdicts: Object.fromEntries([...kinds].map(([kind, of]) => [kind, of.length])),
    ...(because !== undefined && { because }),
  };
};
