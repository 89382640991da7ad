/** Marketo's data types of lead fields, as describe names them. */
export const dataTypes = [
  'string',
  'text',
  'integer',
  'score',
  'reference',
  'float',
  'currency',
  'percent',
  'boolean',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
] as const;

export type DataType = (typeof dataTypes)[number];
