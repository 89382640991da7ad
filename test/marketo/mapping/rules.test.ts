import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../lambdas/marketo/eventFields.ts';
import { mapperBy } from '../../../lambdas/marketo/mapping/compile.ts';
import { emptyMapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import { parseMapping } from '../../../lambdas/settings/mappingSettings.ts';
import { defaultRules, eventWith, ruleVectors } from '../../vectors/mapping.ts';

describe('what rules make of events', () => {
  it.each(ruleVectors.cases)('$rule', (one) => {
    const { event, mapping, fields = {}, activity, visits = true, leftOut = {}, dropped } = one;
    expect(parseMapping(mapping, {}).problems).toEqual([]);
    const given = { ...emptyMapping, ...mapping };
    const queued = eventWith(event);
    const mapped = mapperBy(given)(queued);
    const made = fieldsOf(queued, { ...defaultRules, fieldMap: given.fieldMap }, mapped);
    expect(Object.fromEntries(made.fields.map(({ name, value }) => [name, value]))).toEqual(fields);
    expect(Object.fromEntries(made.leftOut.map(({ trait, because }) => [trait, because]))).toEqual(
      leftOut,
    );
    if (activity === undefined) expect(mapped.activity).toBeUndefined();
    else expect(mapped.activity).toMatchObject(activity);
    expect(Object.fromEntries(mapped.relations.map(({ name, value }) => [name, value]))).toEqual(
      one.relations ?? {},
    );
    const values = mapped.company?.incoming.map(({ name, value }) => [name.slice(8), value]);
    expect(values && Object.fromEntries(values)).toEqual(one.company);
    expect(mapped.visits).toBe(visits);
    expect(mapped.dropped).toBe(dropped);
  });

  it('says of each rule for the event what became of it', () => {
    const event = eventWith({ type: 'track', event: 'A', properties: { x: 1 } });
    const value = 'properties.id';
    const { traces } = mapperBy({
      events: 'all',
      rules: [
        { when: { event: 'B' }, to: 'visit' },
        { when: { if: { 'properties.x': { equals: 2 } } }, to: 'visit' },
        { to: 'fields', values: { Id: value } },
        { to: 'activity', typeId: 1, primary: 'event' },
        { when: { event: 'a' }, to: 'activity', typeId: 2, primary: 'event' },
      ],
    })(event);
    expect(traces).toEqual([
      { index: 1, outcome: 'condition', because: 'properties.x' },
      { index: 2, outcome: 'empty', because: 'the event has none of its values' },
      { index: 3, outcome: 'acted' },
      { index: 4, outcome: 'taken', because: 'rule 4 comes first' },
    ]);
  });

  it('hashes the text as it stands', () => {
    const { claims } = mapperBy({
      events: 'all',
      rules: [{ to: 'fields', values: { H: { path: 'userId', hash: 'sha256' } } }],
    })(eventWith({ userId: 'ü' }));
    expect(claims[0]?.value).toBe(createHash('sha256').update('ü').digest('hex'));
  });
});
