const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const lettersOf = (text: string): readonly string[] =>
  Array.from(segments.segment(text), ({ segment }) => segment);

/** Cuts what is too long; a control character, which could move the cursor, becomes a space. */
export const plain = (text: string, max = Infinity): string => {
  const clean = text.replace(/\p{Cc}+/gu, ' ');
  const letters = lettersOf(clean);
  return letters.length <= max ? clean : `${letters.slice(0, Math.max(0, max - 1)).join('')}…`;
};

const widthOf = (text: string): number => lettersOf(text).length;

/** Rows under their headings; the last column takes what is left of the terminal's width. */
export const tableOf = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string => {
  const cells = [headings, ...rows].map((row) => row.map((cell) => plain(cell)));
  const widths = headings.map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const last = Math.max(20, columns - before);
  return cells
    .map((row) =>
      row
        .map((cell, at) =>
          at === headings.length - 1
            ? plain(cell, last)
            : cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
