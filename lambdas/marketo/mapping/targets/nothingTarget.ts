import { forChecking } from '../described.ts';
import type { Target } from '../target.ts';

const made = { effects: [{ kind: 'nothing', slot: 'nothing', does: true }] } as const;

/** Nothing of the event goes out, whatever other rules say. It still updates identity links. */
export const nothing: Target = {
  description:
    'Nothing of the event goes out, whatever other rules say. It still updates identity links.',
  shape: forChecking(() => ({})),
  isRestOnly: false,
  replacesVisit: true,
  slots: () => [],
  values: () => [],
  compile: () => () => made,
};
