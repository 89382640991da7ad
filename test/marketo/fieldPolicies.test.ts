import { expect, it } from 'vitest';
import { changedByDefault, policiesBy } from '../../lambdas/marketo/fieldPolicies.ts';
import { soapNameOf } from '../../lambdas/marketo/fieldsNames.ts';
import { standardFields } from '../../lambdas/marketo/standardFields.ts';

it.each(['Unsubscribed', 'DoNotCall', 'LeadSource', 'LeadStatus'])(
  '%s goes out only where the source’s value changed',
  (field) => {
    expect(policiesBy({})(field)).toBe('changed');
  },
);

it('any other field goes out again after a while', () => {
  expect(policiesBy({})('FirstName')).toBe('always');
});

it('the settings decide over the defaults, whatever the spelling', () => {
  const policyOf = policiesBy({ unsubscribed: 'always', plan_tier: 'changed' });
  expect(policyOf('Unsubscribed')).toBe('always');
  expect(policyOf('planTier')).toBe('changed');
});

it.each(changedByDefault)('$field is a field that Marketo has, with a reason', (row) => {
  expect(standardFields.map(soapNameOf)).toContain(row.field);
  expect(row.because).not.toBe('');
});
