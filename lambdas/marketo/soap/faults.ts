/** What a fault, or a failed record, says: its code if it has one, and Marketo's words. */
export interface Fault {
  readonly code?: string;
  /** May quote field values: for reading names out of it, never for a log or a verdict. */
  readonly text: string;
}

const inside = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** The text of an element; with XML attributes on it, the `soap` package hides it in `$value`. */
const textOf = (value: unknown): string => {
  const text = inside(value, '$value') ?? value;
  return typeof text === 'string' || typeof text === 'number' ? String(text).trim() : '';
};

/**
 * The code within a text: `20105 - Unknown lead field`, or `… import: pants (20105)`. The sentence
 * about unknown fields speaks for its code where that is missing.
 */
export const codeIn = (text: string): string | undefined =>
  /^\s*(\d{5})\b/.exec(text)?.[1] ??
  /\((\d{5})\)\s*$/.exec(text)?.[1] ??
  (/\bunknown fields for import:/i.test(text) ? '20105' : undefined);

/**
 * Reads an error of the `soap` package. `undefined` when no SOAP fault is behind it. The fault's
 * `detail` may be missing; then the code can only stand in `faultstring`.
 */
export const faultOf = (error: unknown): Fault | undefined => {
  const fault = inside(inside(inside(inside(error, 'root'), 'Envelope'), 'Body'), 'Fault');
  if (typeof fault !== 'object' || fault === null) return undefined;
  const exception = inside(inside(fault, 'detail'), 'serviceException');
  const message = textOf(inside(exception, 'message'));
  const faultstring = textOf(inside(fault, 'faultstring'));
  const given = textOf(inside(exception, 'code'));
  const code = /^\d{3,6}$/.test(given) ? given : (codeIn(faultstring) ?? codeIn(message));
  return { ...(code !== undefined && { code }), text: message || faultstring };
};
