import * as z from 'zod';
import { resolve, type Physicals } from './template.ts';

/**
 * The resolved properties of a resource, checked.
 * @throws naming the resource and each property that the schema does not allow
 */
export const readProperties = <T>(
  schema: z.ZodType<T>,
  id: string,
  written: Readonly<Record<string, unknown>>,
  physicals: Physicals,
): T => {
  const parsed = schema.safeParse(resolve(written, physicals, id));
  if (parsed.success) return parsed.data;
  throw new Error(`${id} is more than the local run knows: ${z.prettifyError(parsed.error)}`);
};
