import { expect, it } from 'vitest';
import { identityOf } from '../../lambdas/segment/eventIdentity.ts';
import { looseValues } from '../../lambdas/segment/looseKey.ts';

it('of several spellings of a trait the exact one comes first, then by code units', () => {
  const traits = { E_mail: 2, zip: 0, email: 1, 'e mail': 3, EMAIL: 4 };
  expect(looseValues(traits, 'email')).toEqual([1, 4, 2, 3]);
  const reversed = Object.fromEntries(Object.entries(traits).reverse());
  expect(looseValues(reversed, 'email')).toEqual([1, 4, 2, 3]);
  expect(looseValues(undefined, 'email')).toEqual([]);
});

it('of several spellings the first that is an e-mail names the lead', () => {
  const traits = { email: 'none', Email: 'ada@example.com', e_mail: 'bob@example.com' };
  expect(identityOf({ type: 'identify', traits }).email).toBe('ada@example.com');
});
