import type { CountsView } from '../../../views.ts';
import { clockTime } from '../format.ts';

/** From when to when the bars above it are, and what the highest one means. */
export const Axis = ({ view, says }: { view: CountsView; says: string }) => (
  <p class="axis soft" aria-hidden="true">
    <span>{clockTime(view.counts[0]?.at ?? view.now, view.now)}</span>
    <span>{says}</span>
    <span>now</span>
  </p>
);
