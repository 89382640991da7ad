import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** A line by itself: a reader that ends lines at a lone carriage return must not break a value. */
const mustBeQuoted = /^\s|\s$|\r/;

/** One row with its line break. All cells are text by now. */
export const csvLine = (cells: readonly string[]): string =>
  stringify([[...cells]], { quoted_match: mustBeQuoted });

/** The cells of this column, lower case, in the rows of a file with a header; `undefined`: it cannot be read so. */
export const columnOf = (text: string, column: string): readonly string[] | undefined => {
  try {
    const [head = [], ...rows] = parse(text, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    const at = head.findIndex((name) => name.toLowerCase() === column.toLowerCase());
    if (at < 0) return rows.length === 0 ? [] : undefined;
    return rows.map((row) => (row[at] ?? '').trim().toLowerCase());
  } catch {
    return undefined;
  }
};
