import { forChecking } from '../described.ts';
import type { Target } from '../target.ts';

const made = { effects: [{ kind: 'visit', slot: 'visit', does: true }] } as const;

/** A visit besides what other rules make of the event. The settings `visits.*` still count. */
export const visit: Target = {
  description: 'A web visit, besides what other rules make of the event.',
  shape: forChecking(() => ({})),
  isRestOnly: false,
  replacesVisit: false,
  slots: () => [{ slot: 'visit', at: ['to'], what: 'the visit of an event' }],
  values: () => [],
  compile: () => () => made,
};
