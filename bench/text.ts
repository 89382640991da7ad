import type { Aim } from './bench.ts';
import type { Spread } from './lateness.ts';

/** Rows as aligned columns, the first to the left and the others to the right. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
};

export const whole = (count: number): string => Math.round(count).toLocaleString('en-US');

export const ratio = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** `5 min`, `8.3 h`, `13 days`: a time as people say it. */
export const spoken = (ms: number): string => {
  if (ms < 120_000) return seconds(ms);
  if (ms < 7_200_000) return `${ratio(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${ratio(ms / 3_600_000)} h` : `${ratio(ms / 86_400_000)} days`;
};

/** The three numbers of a spread as cells of a table. */
export const spreadCells = ({ p50, p99, max }: Spread): readonly string[] =>
  [p50, p99, max].map(spoken);

export const aimLines = (aims: readonly Aim[]): readonly string[] =>
  aims.map(
    ({ what, aim, got, isMet }) => `${isMet ? 'met   ' : 'missed'}  ${what}: ${got} (aim: ${aim})`,
  );
