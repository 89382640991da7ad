/** Optimal string alignment distance: insert, delete, replace, or swap two neighbours. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * The known name that was probably meant, or undefined when none is close. Case, dots and
 * underscores do not count, and a setting may be named without its group.
 */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const wanted = plain(name);
  const ranked = known
    .map((candidate) => {
      const last = candidate.split('.').at(-1) ?? candidate;
      return {
        candidate,
        far: Math.min(distance(wanted, plain(candidate)), distance(wanted, plain(last)) + 0.5),
      };
    })
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(2, wanted.length / 4)
    ? best.candidate
    : undefined;
};
