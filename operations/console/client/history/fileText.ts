import type { HistoryEvent } from '../../../../lambdas/history/types.ts';

/** Columns of the CSV, by what an event has of them. */
const columns: Readonly<Record<string, (event: HistoryEvent) => string | undefined>> = {
  at: ({ at }) => new Date(at).toISOString(),
  receivedAt: ({ receivedAt }) =>
    receivedAt === undefined ? undefined : new Date(receivedAt).toISOString(),
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason,
  type: ({ type }) => type,
  name: ({ name }) => name,
  source: ({ source }) => source,
  email: ({ email }) => email,
  userId: ({ userId }) => userId,
  anonymousId: ({ anonymousId }) => anonymousId,
  personName: ({ personName }) => personName,
  messageId: ({ messageId }) => messageId,
  lead: ({ owner }) => owner,
};

/** A text that a spreadsheet neither splits nor takes for a formula. */
const cell = (text = ''): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Kinds of files, each with how an event stands in it. */
export const formats = {
  csv: {
    type: 'text/csv',
    head: `${Object.keys(columns).join(',')}\r\n`,
    row: (event: HistoryEvent) =>
      `${Object.values(columns)
        .map((of) => cell(of(event)))
        .join(',')}\r\n`,
  },
  jsonl: {
    type: 'application/x-ndjson',
    head: '',
    row: (event: HistoryEvent) => `${JSON.stringify(event)}\n`,
  },
} as const;

export type Format = keyof typeof formats;

/** Events as the text of a file. */
export const textOf = (format: Format, events: readonly HistoryEvent[]): string =>
  formats[format].head + events.map(formats[format].row).join('');
