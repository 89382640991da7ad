import type { DataType } from './data-type.ts';

const isCalendarDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const isInteger = (text: string): boolean =>
  /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31;

const isNumber = (text: string): boolean => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text);

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && isCalendarDate(text);

const dateTime =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/;

const isDateTime = (text: string): boolean => {
  const date = dateTime.exec(text)?.[1];
  return date !== undefined && isCalendarDate(date);
};

const always = (): boolean => true;

/** Which texts can be a value of the type. */
const fits: Readonly<Record<DataType, (text: string) => boolean>> = {
  string: always,
  text: always,
  phone: always,
  url: (text) => !/\s/.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
  integer: isInteger,
  score: isInteger,
  reference: isInteger,
  float: isNumber,
  currency: isNumber,
  percent: isNumber,
  boolean: (text) => /^(true|false|1|0)$/i.test(text),
  date: isDate,
  datetime: isDateTime,
};

/** Whether Marketo can store the text in a field of this type. Empty text clears any field. */
export const isStorable = (type: DataType, length: number | null, text: string): boolean =>
  text === '' || (fits[type](text) && (length === null || Array.from(text).length <= length));

/** Booleans are kept as true and false, whichever of their spellings came; all else as it came. */
export const storedText = (type: DataType, text: string): string =>
  type === 'boolean' ? String(/^(true|1)$/i.test(text)) : text;
