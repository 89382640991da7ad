/** Those whose values are numbers in JSON. */
export const numericTypes = [
  'integer',
  'score',
  'reference',
  'float',
  'currency',
  'percent',
] as const;

/** Marketo's data types of lead fields, as describe names them. */
export const dataTypes = [
  'string',
  'text',
  ...numericTypes,
  'boolean',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
] as const;

export type DataType = (typeof dataTypes)[number];
