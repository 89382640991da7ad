import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import type { Mapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import type { Rule } from '../../../lambdas/marketo/mapping/mappingSchema.ts';
import type { Json } from '../../../lambdas/segment/event.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { previewOf } from '../../../operations/preview/preview.ts';
import { exampleSettings } from '../../lib/support.ts';

const settings = exampleSettings();
const of = (message: Json, mapping: Partial<Mapping> = {}) =>
  previewOf(message, {
    settings,
    rules: { ...settings, ...emptyMapping, ...mapping },
    now: epochMs(1_704_164_645_678),
    source: 'browser',
  });

describe('the preview of an event', () => {
  it('names its lead, each field with what filled it, what is left out, and the requests over both APIs', () => {
    const message = {
      type: 'identify',
      userId: 'u-1',
      traits: { email: 'ada@example.com', city: 'Rome', plan: 'pro', internalNotes: 'x' },
    };
    const preview = of(message, {
      fieldMap: { userId: false, internalNotes: false },
      rules: [{ name: 'tiers', to: 'fields', values: { Plan_Tier: 'traits.plan' } }],
    });
    expect(preview).toMatchObject({
      lead: 'the lead ada@example.com; the userId u-1 is linked to it',
      fields: [
        { field: 'City', value: 'Rome', by: 'city, named like the field' },
        { field: 'Email', value: 'ada@example.com' },
        { field: 'Plan_Tier', value: 'pro', by: 'tiers: traits.plan' },
      ],
      leftOut: [
        { trait: 'internalNotes', because: 'fieldMap drops it' },
        { trait: 'userId', because: 'fieldMap drops it' },
      ],
      rules: [{ rule: 'tiers', outcome: 'acted' }],
    });
    expect(preview.requests).toMatchObject([
      {
        what: 'POST leads.json',
        body: { lookupField: 'email', input: [{ email: 'ada@example.com', city: 'Rome' }] },
      },
      { over: 'SOAP', what: 'syncLead' },
    ]);
  });

  it('says which request changes a list, adds an activity and sends a visit', () => {
    const rules: readonly Rule[] = [
      { when: { event: 'Bought' }, to: 'activity', typeId: 7, primary: 'properties.id' },
      { when: { event: 'Bought' }, to: 'list', list: 1001, member: 'add' },
      { when: { event: 'Bought' }, to: 'visit' },
    ];
    const properties = { id: 'o-7' };
    const { requests } = of({ type: 'track', event: 'Bought', userId: 'u', properties }, { rules });
    expect(requests.map(({ what }) => what.split('?')[0])).toEqual([
      'POST leads.json',
      'POST activities/external.json',
      'POST lists/1001/leads.json',
      'GET visitWebPage',
    ]);
  });

  it('shows one request for the status in a program, and one for all fields of the membership', () => {
    const rules: readonly Rule[] = [
      {
        to: 'program',
        program: 1044,
        status: { constant: 'Registered' },
        values: { registrationCode: 'properties.code', seats: 'properties.seats' },
      },
    ];
    const properties = { code: 'c-7', seats: 2 };
    const { requests } = of({ type: 'track', event: 'Bought', userId: 'u', properties }, { rules });
    expect(requests.slice(1)).toEqual([
      {
        over: 'REST',
        what: 'POST programs/1044/members/status.json',
        body: { statusName: 'Registered', input: [{ leadId: 0 }] },
      },
      {
        over: 'REST',
        what: 'POST programs/1044/members.json',
        body: { input: [{ leadId: 0, registrationCode: 'c-7', seats: 2 }] },
      },
    ]);
  });

  it('shows the company of a group call, what it is written with, and the lead’s belonging to it', () => {
    const rules: readonly Rule[] = [{ when: { type: 'group' }, to: 'company', browsers: true }];
    const traits = { name: 'Acme' };
    const preview = of({ type: 'group', userId: 'u', groupId: 'acme', traits }, { rules });
    expect(preview.company).toEqual({
      externalCompanyId: 'acme',
      values: [
        { register: 'company:externalCompanyId', value: 'acme' },
        { register: 'company:company', value: 'Acme' },
      ],
    });
    expect(preview.requests.slice(1)).toEqual([
      {
        over: 'REST',
        what: 'POST companies.json',
        body: {
          action: 'createOrUpdate',
          dedupeBy: 'dedupeFields',
          input: [{ externalCompanyId: 'acme', company: 'Acme' }],
        },
      },
      {
        over: 'REST',
        what: 'POST leads.json',
        body: {
          action: 'updateOnly',
          lookupField: 'id',
          input: [{ id: 0, externalCompanyId: 'acme' }],
        },
      },
    ]);
  });

  it('shows the partition that an event makes its lead in', () => {
    const rules: readonly Rule[] = [{ to: 'partition', partition: 'properties.region' }];
    const properties = { region: 'Europe' };
    const { requests } = of({ type: 'track', event: 'Bought', userId: 'u', properties }, { rules });
    expect(requests[0]?.body).toMatchObject({ partitionName: 'Europe' });
    expect(JSON.stringify(requests)).not.toContain('partition:lead');
  });

  it('says why an event would not get in', () => {
    expect(of({ type: 'track' }).stopped).toMatch(/^refused: /);
    expect(of({ type: 'page', userId: 'u', integrations: { All: false } }).stopped).toMatch(
      /^dropped: integrations/,
    );
  });

  it('explains every rule of a random mapping as a plain reading of the rules does', () => {
    const names = ['a', 'b'] as const;
    const value = fc.constantFrom('x', 'y', 'z');
    const rule = fc.record({
      event: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
      path: fc.constantFrom(...names),
      equals: fc.option(value, { nil: undefined }),
      field: fc.constantFrom('F_1', 'F_2', 'F_3'),
      from: fc.constantFrom(...names),
    });
    const properties = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 12 }),
        fc.constantFrom('A', 'B', 'C'),
        properties,
        (given, event, said) => {
          const rules = given.map((one, index): Rule => {
            const test = one.equals !== undefined && {
              if: { [`properties.${one.path}`]: { equals: one.equals } },
            };
            const when = { ...(one.event !== undefined && { event: one.event }), ...test };
            const values = { [one.field]: `properties.${one.from}` };
            return { name: `r${index}`, when, to: 'fields', values };
          });
          const preview = of({ type: 'track', event, userId: 'u', properties: said }, { rules });
          const isFor = given.map((one) => one.event === undefined || one.event === event);
          const acts = given.map(
            (one, at) =>
              isFor[at] === true &&
              (one.equals === undefined || said[one.path] === one.equals) &&
              said[one.from] !== undefined,
          );
          expect(preview.rules.map((one) => one.rule)).toEqual(
            given.flatMap((_, at) => (isFor[at] === true ? [`r${at}`] : [])),
          );
          expect(
            preview.rules.flatMap((one) => (one.outcome === 'acted' ? [one.rule] : [])),
          ).toEqual(given.flatMap((_, at) => (acts[at] === true ? [`r${at}`] : [])));
          const fields = new Map<string, readonly [value: string, by: string]>();
          given.forEach(({ field, from }, at) => {
            if (acts[at] === true && !fields.has(field))
              fields.set(field, [said[from] ?? '', `r${at}: properties.${from}`]);
          });
          expect(
            Object.fromEntries(preview.fields.map((one) => [one.field, [one.value, one.by]])),
          ).toEqual(Object.fromEntries(fields));
        },
      ),
    );
  });
});
