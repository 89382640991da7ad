import { valueOf } from './expression.ts';

/** Fields of one result; those that it lacks are missing. */
export type Record = Readonly<{ [field: string]: string | number | undefined }>;

type Step = (rows: readonly Record[]) => readonly Record[];

const matcher = (pattern: string): ((text: string) => boolean) => {
  const [, quoted] = /^(?:'([^']*)'|"([^"\\]*)")$/.exec(pattern)?.filter((part) => part) ?? [];
  if (quoted !== undefined) return (text) => text.includes(quoted);
  const [, regex] = /^\/(.+)\/$/.exec(pattern) ?? [];
  if (regex === undefined) throw new Error(`no pattern of Logs Insights: ${pattern}`);
  return (text) => new RegExp(regex).test(text);
};

/** Commas outside of parentheses. */
const listed = (text: string): string[] => text.split(/,(?![^(]*\))/).map((part) => part.trim());

const aliased = (text: string): readonly [string, string] => {
  const [expression = '', alias = expression] = text.split(/ as /);
  return [expression.trim(), alias.trim()];
};

const aggregate = (text: string, rows: readonly Record[]): number | undefined => {
  if (text === 'count(*)') return rows.length;
  const [, field] = /^sum\((\w+)\)$/.exec(text) ?? [];
  if (field === undefined) throw new Error(`Logs Insights stand-in does not know ${text}`);
  const numbers = rows.flatMap((row) => (row[field] === undefined ? [] : Number(row[field])));
  return numbers.length === 0 ? undefined : numbers.reduce((sum, one) => sum + one, 0);
};

const stats =
  (aggregates: string, by: string): Step =>
  (rows) => {
    const fields = listed(by);
    const groups = Map.groupBy(rows, (row) =>
      JSON.stringify(fields.map((one) => row[one] ?? null)),
    );
    return [...groups.values()].map((group) => ({
      ...Object.fromEntries(fields.map((field) => [field, group[0]?.[field]])),
      ...Object.fromEntries(
        listed(aggregates).map((text) => {
          const [expression, alias] = aliased(text);
          return [alias, aggregate(expression, group)];
        }),
      ),
    }));
  };

const commands: readonly (readonly [RegExp, (...parts: string[]) => Step])[] = [
  [
    /^filter @message like (.+)$/,
    (pattern) => {
      const matches = matcher(pattern);
      return (rows) => rows.filter((row) => matches(String(row['@message'])));
    },
  ],
  [
    /^parse @message \/(.+)\/$/,
    (pattern) => (rows) =>
      rows.map((row) => ({
        ...row,
        ...new RegExp(pattern).exec(String(row['@message']))?.groups,
      })),
  ],
  [
    /^fields (.+)$/,
    (list) => (rows) =>
      rows.map((row) => ({
        ...row,
        ...Object.fromEntries(
          listed(list).map((text) => {
            const [expression, alias] = aliased(text);
            return [alias, valueOf(expression, row)];
          }),
        ),
      })),
  ],
  [/^stats (.+) by (.+)$/, stats],
  [
    /^sort @timestamp (asc|desc)$/,
    (order) => (rows) =>
      rows.toSorted(
        (one, other) =>
          (Number(one['@timestamp']) - Number(other['@timestamp'])) * (order === 'asc' ? 1 : -1),
      ),
  ],
  [/^limit (\d+)$/, (most) => (rows) => rows.slice(0, Number(most))],
];

/**
 * The part of CloudWatch Logs Insights' query language that our queries use. Throws for any other
 * command, as the service refuses a malformed query. Discovers no fields: none are relied on.
 */
export const stepsOf = (query: string): readonly Step[] =>
  query.split(/\n\s*\| /).map((command) => {
    for (const [pattern, make] of commands) {
      const match = pattern.exec(command.trim());
      if (match) return make(...match.slice(1));
    }
    throw new Error(`no command of Logs Insights: ${command}`);
  });
