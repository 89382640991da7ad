import { describe, expect, it } from 'vitest';
import { emptyMapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import type { Mapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { createPreviewView } from '../../../operations/preview/view.ts';
import { exampleSettings } from '../../lib/support.ts';

const previewing = (mapping: Partial<Mapping> = {}) =>
  createPreviewView({
    settings: exampleSettings(),
    mapping: () => Promise.resolve({ ...emptyMapping, ...mapping }),
    clock: { now: () => epochMs(1_704_164_645_678) },
  });

const event = {
  type: 'identify',
  userId: 'u-1',
  traits: { email: 'ada@example.com', plan: 'pro' },
};

describe('the preview of the console', () => {
  it('shows the mapping in force as a file that means the same', async () => {
    const inForce = { fieldMap: { plan: 'Plan_Tier' }, unknownFields: 'fail' } as const;
    const shown = await previewing(inForce)({ event, source: 'server' });
    expect(JSON.parse(shown.mapping)).toEqual(inForce);
    const { preview, tried, problems } = await previewing(inForce)({
      event,
      source: 'server',
      mapping: shown.mapping,
    });
    expect(problems).toEqual([]);
    expect(tried).toEqual(preview);
  });

  it('shows what another mapping would change, and leaves the one in force alone', async () => {
    const view = previewing();
    const mapping = JSON.stringify({ fieldMap: { plan: 'Plan_Tier' } });
    const { preview, tried } = await view({ event, source: 'server', mapping });
    expect(preview.fields.map(({ field }) => field)).not.toContain('Plan_Tier');
    expect(tried?.fields.map(({ field }) => field)).toContain('Plan_Tier');
    expect(await view({ event, source: 'server' })).toMatchObject({ mapping: '{}' });
  });

  it.each([
    ['{"fieldMap": ', /^The mapping is not JSON/],
    ['{\n  "feldMap": {}\n}', /^mapping\.json:2: .*feldMap/],
    ['{\n  "rules": [\n    {"to": "list"}\n  ]\n}', /^mapping\.json:3: /],
  ])('says what is wrong with the mapping %j, with the line', async (mapping, says) => {
    const { tried, problems } = await previewing()({ event, source: 'server', mapping });
    expect(tried).toBeUndefined();
    expect(problems[0]).toMatch(says);
  });

  it('finds the lead by the field that the settings name', async () => {
    const settings = exampleSettings();
    const view = createPreviewView({
      settings: { ...settings, marketo: { ...settings.marketo, lookupField: 'customerNumber' } },
      mapping: () => Promise.resolve(emptyMapping),
      clock: { now: () => epochMs(1_704_164_645_678) },
    });
    const traits = { customerNumber: 'c-7' };
    const { preview } = await view({
      event: { type: 'identify', userId: 'u', traits },
      source: 'server',
    });
    expect(preview.lead).toBe('the lead whose customerNumber is c-7');
    expect(preview.requests).toMatchObject([
      {
        what: 'POST leads.json',
        body: { lookupField: 'customerNumber', input: [{ customerNumber: 'c-7' }] },
      },
      {},
    ]);
  });
});
