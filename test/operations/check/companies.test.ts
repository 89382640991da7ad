import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../lambdas/marketo/mapping/mappingSchema.ts';
import type { SchemaInput } from '../../../simulator/schema/shape.ts';
import type { FaultRequest } from '../../../simulator/faults.ts';
import { checked, marketoWith } from './support.ts';

const when = { type: 'group' } as const;

describe('rules for companies', () => {
  const look = async (
    rules: readonly Rule[],
    { company, inject }: { company?: SchemaInput['company']; inject?: FaultRequest } = {},
  ) => {
    const { simulator, restEndpoint } = await marketoWith({ schema: { company } });
    if (inject) simulator.inject(inject);
    const checks = await checked({ marketo: { restEndpoint }, mapping: { rules } });
    return { simulator, checks: checks.filter(({ name }) => name === 'companies') };
  };

  it('are well where Marketo takes companies and has their fields, for a second call', async () => {
    const { checks, simulator } = await look([{ when, to: 'company' }]);
    expect(checks).toMatchObject([{ state: 'ok' }]);
    expect(simulator.calls()).toHaveLength(2);
  });

  it('are wrong where a CRM writes the companies, told once with what to do', async () => {
    const rules: readonly Rule[] = [
      { when, to: 'company' },
      { when: { type: 'track' }, to: 'company', id: 'properties.account' },
    ];
    const { checks } = await look(rules, { company: { readOnly: true } });
    expect(checks).toMatchObject([
      {
        state: 'wrong',
        says: expect.stringContaining('read-only in this Marketo') as string,
        todo: 'Remove the rules with "to": "company" from the mapping, and keep companies up to date in the CRM.',
      },
    ]);
  });

  it('are wrong where they name fields that no company has', async () => {
    const values = { industry: 'traits.industry', pants: 'traits.pants' };
    const { checks } = await look([{ name: 'groups', when, to: 'company', values }]);
    expect(checks).toMatchObject([
      {
        state: 'wrong',
        says: 'The mapping (groups) names fields that Marketo’s companies do not have: pants.',
      },
    ]);
  });

  it('are a warning where the API user may not see companies, which names the permission', async () => {
    const inject = { target: 'describeCompanies', code: '603' } as const;
    const { checks } = await look([{ when, to: 'company' }], { inject });
    expect(checks).toMatchObject([
      { state: 'warning', todo: expect.stringContaining('Read-Write Company') as string },
    ]);
  });

  it('cost no call where there are none', async () => {
    const { checks, simulator } = await look([]);
    expect(checks).toEqual([]);
    expect(simulator.calls()).toHaveLength(1);
  });
});
