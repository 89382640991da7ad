import { useState } from 'preact/hooks';
import { count } from '../format.ts';

/**
 * The first of a long list, more at each press of the button that comes with them: a page holds no
 * more elements than somebody reads.
 */
export const useMore = <Item,>(items: readonly Item[], step: number, what: string) => {
  const [max, maxSet] = useState(step);
  const rest = items.length - max;
  const more =
    rest > 0 ? (
      <button
        type="button"
        class="more"
        onClick={() => {
          maxSet(max + step);
        }}
      >
        Show {count(Math.min(step, rest))} more of {count(items.length)} {what}
      </button>
    ) : null;
  return { shown: items.slice(0, max), more };
};
