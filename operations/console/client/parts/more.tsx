import { useState } from 'preact/hooks';
import { count } from '../format.ts';

/**
 * The first of a long list, more at each press of the button that comes with them: a page holds no
 * more elements than somebody reads.
 */
export const useMore = <Item,>(items: readonly Item[], step: number, what: string) => {
  const [most, setMost] = useState(step);
  const rest = items.length - most;
  const more =
    rest > 0 ? (
      <button
        type="button"
        class="more"
        onClick={() => {
          setMost(most + step);
        }}
      >
        Show {count(Math.min(step, rest))} more of {count(items.length)} {what}
      </button>
    ) : null;
  return { shown: items.slice(0, most), more };
};
