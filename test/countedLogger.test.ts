import { describe, expect, it } from 'vitest';
import { createCountedLogger } from '../lambdas/countedLogger.ts';
import type { CallLine, DeliveryLine, Logger } from '../lambdas/delivery.ts';
import type { LeadId } from '../lambdas/lead/leadTypes.ts';

const lead = 'lead' as LeadId;

const observed = () => {
  const counts: unknown[] = [];
  const values: unknown[] = [];
  const lines: unknown[] = [];
  const note = (...line: readonly unknown[]): void => void lines.push(line);
  const logger: Logger = { delivery: note, call: note, warn: note, error: note };
  const metrics = {
    count: (name: string, amount = 1) => void counts.push([name, amount]),
    record: (name: string, value: number) => void values.push([name, value]),
  };
  return { logger: createCountedLogger(logger, metrics), counts, values, lines };
};

const countOf = (line: DeliveryLine): unknown => {
  const { logger, counts } = observed();
  logger.delivery(line);
  expect(counts).toHaveLength(1);
  return counts[0];
};

describe('a delivery line counts as', () => {
  it.each<[DeliveryLine, string, number]>([
    [{ step: 'queued', messageId: 'm', messages: ['a'] }, 'Queued', 1],
    [{ step: 'visited', messageId: 'm' }, 'Visited', 1],
    [{ step: 'synced', lead, messages: ['a', 'b', 'c'], fields: ['Plan'] }, 'Synced', 3],
    [{ step: 'waiting', lead, messages: ['a', 'b'], fields: ['Plan'] }, 'Waiting', 2],
    [{ step: 'dead', lead, messages: ['a', 'b'] }, 'Dead', 2],
    [{ step: 'held', lead, messages: ['a'] }, 'Held', 1],
    [{ step: 'superseded', lead, messages: ['a'] }, 'Superseded', 1],
    [{ step: 'unchanged', messageId: 'm' }, 'Unchanged', 1],
  ])('the events that it is about: %o', (line, name, amount) => {
    expect(countOf(line)).toEqual([name, amount]);
  });

  it('an event that was dropped, but the traits of one that goes on without them', () => {
    expect(countOf({ step: 'dropped', messageId: 'm' })).toEqual(['Dropped', 1]);
    expect(countOf({ step: 'dropped', messageId: 'm', fields: ['a trait'] })).toEqual([
      'DroppedTraits',
      1,
    ]);
  });

  it('an event that was refused by ingest, but the values of a lead that goes on', () => {
    expect(countOf({ step: 'refused', messageId: 'm' })).toEqual(['Refused', 1]);
    expect(countOf({ step: 'refused', lead, messages: ['a'], fields: ['A', 'B'] })).toEqual([
      'RefusedValues',
      2,
    ]);
    // A cookie.
    expect(countOf({ step: 'refused', lead })).toEqual(['RefusedValues', 1]);
  });
});

describe('a line about a call', () => {
  const call: CallLine = {
    call: 'c',
    api: 'rest',
    about: 'leads',
    leads: 40,
    requests: 2,
    tookMs: 700,
    verdicts: { synced: 40 },
  };

  it('counts the call and its requests, and measures leads and time', () => {
    const { logger, counts, values } = observed();
    logger.call(call);
    expect(counts).toEqual([
      ['Requests', 2],
      ['Calls', 1],
    ]);
    expect(values).toEqual([
      ['LeadsPerCall', 40],
      ['CallTime', 700],
    ]);
  });

  it('that asks for fields is a request and no call of leads', () => {
    const { logger, counts, values } = observed();
    logger.call({ ...call, about: 'fields', leads: 0, requests: 1 });
    expect(counts).toEqual([['Requests', 1]]);
    expect(values).toEqual([]);
  });
});

it('every line is written as it is', () => {
  const { logger, lines } = observed();
  const line: DeliveryLine = { step: 'synced', lead, messages: ['a'] };
  logger.delivery(line);
  logger.warn('a warning', { because: 'x' });
  logger.error('an error');
  expect(lines).toEqual([[line], ['a warning', { because: 'x' }], ['an error']]);
});
