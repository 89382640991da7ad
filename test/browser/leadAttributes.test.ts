import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leadAttributes } from '../../browser/leadAttributes.ts';
import type { JsonObject } from '../../lambdas/segment/event.ts';

interface FacadeIdentify {
  traits(names: object): Record<string, unknown>;
  proxy(path: string): unknown;
  userId(): string | null;
}

/** Segment's own look-up of traits, which the classic destination asked. It comes with analytics.js. */
const { Identify } = createRequire(import.meta.url)('@segment/facade') as {
  Identify: new (event: object, options: object) => FacadeIdentify;
};

const names = {
  ...{ address: 'Address', company: 'Company', email: 'Email', firstName: 'FirstName' },
  ...{ industry: 'Industry', lastName: 'LastName', phone: 'Phone' },
};

/** The attributes by Segment's look-up and the documented rules. */
const classic = (event: JsonObject): Record<string, unknown> => {
  const identify = new Identify(structuredClone(event), { traverse: false });
  const { Address, ...traits } = identify.traits(names);
  const isObject = typeof Address === 'object' && Address !== null && !Array.isArray(Address);
  const parts = isObject
    ? {
        City: identify.proxy('address.city'),
        Country: identify.proxy('address.country'),
        PostalCode: identify.proxy('address.postalCode'),
        State: identify.proxy('address.state'),
      }
    : { Address };
  const userId = identify.userId();
  const all = { ...traits, ...parts, ...(userId && { userId }) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

it('standard traits go by Marketo’s names, all others keep theirs, and the userId is added', () => {
  const traits = {
    email: 'Jane@Example.com',
    firstName: ' Jane ',
    company: 'Acme',
    industry: 'SaaS',
    phone: '123-456-7890',
    address: { city: 'Paris', country: 'France', postal_code: '75001', State: 'IDF', street: 'x' },
    secondFavoriteColor: 'blue',
  };
  expect(leadAttributes({ userId: 'u-1', traits })).toEqual({
    Email: 'Jane@Example.com',
    FirstName: 'Jane',
    Company: 'Acme',
    Industry: 'SaaS',
    Phone: '123-456-7890',
    City: 'Paris',
    Country: 'France',
    PostalCode: '75001',
    State: 'IDF',
    secondFavoriteColor: 'blue',
    id: 'u-1',
    userId: 'u-1',
  });
});

it('a name is taken apart at its first space, and an address that is a text stays one', () => {
  const traits = { name: 'Ada King of Lovelace', address: 'St James’s Square', email: 'a@b.c' };
  expect(leadAttributes({ traits })).toEqual({
    name: 'Ada King of Lovelace',
    FirstName: 'Ada',
    LastName: 'King of Lovelace',
    Address: 'St James’s Square',
    Email: 'a@b.c',
  });
});

it('a userId that is an e-mail stands in for the trait, and nothing else does', () => {
  expect(leadAttributes({ userId: 'a@b.example' })).toMatchObject({ Email: 'a@b.example' });
  expect(leadAttributes({ userId: 'u-1', traits: { mail: 'a@b.example' } })).not.toHaveProperty(
    'Email',
  );
});

it('finds and names traits as the classic destination did', () => {
  const text = fc.oneof(
    fc.constantFrom('', ' ', 'Ada', 'Ada King', ' Ada  King of Lovelace ', 'a@b.example', '0'),
    fc.string({ maxLength: 5 }),
  );
  const flat = fc.oneof(text, fc.constantFrom(null, true, 0, 7));
  const address = fc.dictionary(
    fc.constantFrom('City', 'country', 'postal_code', 'state', 'street'),
    text.filter((one) => one !== ''),
  );
  const trait = fc.constantFrom(
    ...['email', 'Email', 'firstName', 'first_name', 'lastName', 'name', 'company', 'industry'],
    ...['phone', 'address', 'plan', 'x'],
  );
  // One key for a trait: of two spellings Segment takes whichever comes first.
  const traits = fc
    .uniqueArray(fc.tuple(trait, fc.oneof({ weight: 4, arbitrary: flat }, address)), {
      selector: ([name]) => name.toLowerCase().replace('_', ''),
      maxLength: 8,
    })
    .map((entries) => Object.fromEntries(entries) as JsonObject);
  fc.assert(
    fc.property(fc.constantFrom(null, 'u-1', 'a@b.example'), traits, (userId, given) => {
      const event = { userId, traits: given };
      expect(leadAttributes(event)).toEqual(classic(event));
    }),
  );
});
