import { isEmail } from '../lambdas/segment/email.ts';
import type { Json, JsonObject } from '../lambdas/segment/event.ts';
import { asObject, isObject } from '../lambdas/segment/json.ts';
import { looseValues } from '../lambdas/segment/looseKey.ts';

const raised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * The attributes of Munchkin's associateLead, as the classic destination made them of an identify:
 * the standard traits under Marketo's names, all others under their own, an address taken apart, and
 * the userId beside `id`, which Marketo ignores. No `Email`: there is no lead.
 */
export const leadAttributes = (event: JsonObject): JsonObject => {
  const userId = typeof event.userId === 'string' ? event.userId : '';
  const traits: JsonObject = { ...asObject(event.traits), ...(userId && { id: userId }) };
  const attributes: Record<string, Json> = { ...traits };
  const get = (name: string, from = traits): Json => looseValues(from, name)[0] ?? null;
  const text = (name: string): string | undefined => {
    const value = get(name);
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const [first, ...rest] = text('name')?.split(' ') ?? [];
  const standard = {
    address: get('address'),
    company: get('company'),
    email: get('email') || (isEmail(userId) && userId),
    firstName: text('firstName') ?? first,
    industry: get('industry'),
    lastName: text('lastName') ?? (rest.length > 0 && rest.join(' ').trim()),
    phone: get('phone') || null,
  };
  for (const [name, value] of Object.entries(standard)) {
    if (value === undefined || value === null || value === false) continue;
    Reflect.deleteProperty(attributes, name);
    attributes[raised(name)] = value;
  }
  const { Address } = attributes;
  if (isObject(Address)) {
    delete attributes.Address;
    for (const part of ['city', 'country', 'postalCode', 'state']) {
      const value = get(part, Address);
      if (value !== null) attributes[raised(part)] = value;
    }
  }
  return { ...attributes, ...(userId && { userId }) };
};
