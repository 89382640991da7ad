import type { LeadRecord } from '../sync.ts';
import { RestError, missing } from './codes.ts';

/** One HTTP request to the REST API. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new RestError('609');
  }
};

/** The JSON object in the body: 612 for another content type, 609 for what is no JSON object. */
export const readBody = ({ contentType, body }: RestRequest): JsonObject => {
  if (!/^application\/json\b/i.test(contentType ?? '')) throw new RestError('612');
  const value = parsed(body);
  if (!isObject(value)) throw new RestError('609', 'Invalid JSON: an object is needed');
  return value;
};

/** The records of a call: 1002 where there are none, 1003 for more than `most`. */
export const readInput = ({ input }: JsonObject, most: number): readonly unknown[] => {
  if (input === undefined || input === null) throw raised(missing('input'));
  if (!Array.isArray(input))
    throw new RestError('1001', "Invalid value 'input'. Required of type 'Array'");
  if (input.length === 0) throw raised(missing('input'));
  if (input.length > most) throw new RestError('1003', `Invalid data: more than ${most} records`);
  return input as readonly unknown[];
};

/** The call fails for this. */
export const raised = ({ code, message }: { code: string; message: string }): RestError =>
  new RestError(code, message);

/** The text that the state keeps of a JSON value: `null` clears. Undefined: no field holds it. */
export const textOf = (value: unknown): string | undefined => {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** A value as an error's text repeats it. */
export const shown = (value: unknown): string => textOf(value ?? null) ?? JSON.stringify(value);

export type Named = LeadRecord['fields'][number];
