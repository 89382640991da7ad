/** Marketo's data types of lead fields, as describe names them. */
export type DataType =
  | 'string'
  | 'text'
  | 'integer'
  | 'score'
  | 'reference'
  | 'float'
  | 'currency'
  | 'percent'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'email'
  | 'phone'
  | 'url';
