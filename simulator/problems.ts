import type * as z from 'zod';

/** Each thing wrong with an input, the key first: `fields.0.dataType: …; limits: …`. */
export const problemsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
