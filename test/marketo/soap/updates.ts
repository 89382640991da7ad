import type { FieldValue, LeadId, Update } from '../../../lambdas/marketo/marketoTypes.ts';

/** An update for a test: a lead, its fields, and whatever else matters there. */
export const updateOf = (
  email: string,
  fields: Readonly<Record<string, FieldValue>> = {},
  rest: Partial<Omit<Update, 'lead' | 'email' | 'fields'>> = {},
): Update => ({
  lead: email as LeadId,
  email,
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
  ...rest,
});
