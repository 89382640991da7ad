import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nestsDeeper } from '../../lambdas/segment/json.ts';
import { readMessage } from '../../lambdas/segment/message.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { consentUnchecked } from '../support/consent.ts';
import type { Json } from '../../lambdas/segment/event.ts';

const receivedAt = epochMs(1_772_366_400_000);
const terms = { receivedAt, messageIdCharacters: 100, consent: consentUnchecked };
const read = (message: Json) => readMessage(message, terms);

describe('a good message', () => {
  it('keeps what absorb needs and nothing else', () => {
    const message = {
      type: 'track',
      event: 'Signed Up',
      messageId: 'm1',
      userId: 'u1',
      anonymousId: null,
      properties: { plan: 'pro' },
      context: { ip: '::1' },
      integrations: { All: true },
      traits: { ignored: true },
      name: 'ignored',
      timestamp: '2026-03-01T11:00:00Z',
      sentAt: '2026-03-01T11:00:00Z',
      receivedAt: 'the sender cannot say',
      writeKey: 'never travels on',
    };
    expect(read(message)).toEqual({
      kind: 'event',
      event: {
        type: 'track',
        event: 'Signed Up',
        messageId: 'm1',
        userId: 'u1',
        properties: { plan: 'pro' },
        context: { ip: '::1' },
        integrations: { All: true },
        timestamp: receivedAt,
        receivedAt,
      },
    });
  });

  it('reads numeric ids as text', () => {
    expect(read({ type: 'page', userId: 42, messageId: 7 })).toMatchObject({
      event: { userId: '42', messageId: '7' },
    });
  });

  it('takes null for absent in every field, and a messageId as long as it may be', () => {
    const longest = 'm'.repeat(100);
    const nothing = { userId: ' u ', anonymousId: '', traits: null, name: null, properties: null };
    expect(read({ ...nothing, type: 'page', messageId: longest })).toEqual({
      kind: 'event',
      event: {
        type: 'page',
        userId: ' u ',
        messageId: longest,
        timestamp: receivedAt,
        receivedAt,
      },
    });
    expect(read({ ...nothing, type: 'identify', messageId: null })).toEqual({
      kind: 'event',
      event: { type: 'identify', userId: ' u ', timestamp: receivedAt, receivedAt },
    });
  });

  it('keeps the traits of an identify and the name and properties of a page', () => {
    expect(read({ type: 'identify', userId: 'u', traits: { plan: 'pro' } })).toMatchObject({
      event: { type: 'identify', traits: { plan: 'pro' } },
    });
    expect(
      read({ type: 'page', anonymousId: 'a', name: 'Pricing', properties: { path: '/pricing' } }),
    ).toMatchObject({ event: { type: 'page', name: 'Pricing', properties: { path: '/pricing' } } });
  });

  it('keeps the groupId and the traits of a group, which says whose group it is', () => {
    const group = { type: 'group', userId: 'u', groupId: 7, traits: { name: 'Acme' } };
    expect(read(group)).toMatchObject({ event: { ...group, groupId: '7' } });
    expect(read({ type: 'group', groupId: 'acme' })).toMatchObject({
      kind: 'refused',
      problem: { code: 'no_user_anon_id' },
    });
  });

  it('takes an identify’s traits from the context where it has none of its own', () => {
    const context = { traits: { email: 'jane@example.com', plan: 'pro' } };
    const identify = { type: 'identify', userId: 'u', context };
    for (const traits of [{}, null, undefined])
      expect(read({ ...identify, ...(traits !== undefined && { traits }) })).toMatchObject({
        event: { traits: context.traits },
      });
    const own = read({ ...identify, traits: { plan: 'free' } });
    expect(own.kind === 'event' && own.event.traits).toEqual({ plan: 'free' });
  });

  it('takes sessionId for anonymousId where it names nobody else', () => {
    const page = { type: 'page', sessionId: 's' };
    expect(read(page)).toMatchObject({ event: { anonymousId: 's' } });
    expect(read({ ...page, anonymousId: 'a' })).toMatchObject({ event: { anonymousId: 'a' } });
    const known = read({ ...page, userId: 'u' });
    expect(known.kind === 'event' && known.event).not.toHaveProperty('anonymousId');
  });

  it('takes its type from the address where that names one', () => {
    const message = { type: 'alias', anonymousId: 'a' };
    expect(readMessage(message, { ...terms, type: 'identify' })).toMatchObject({
      event: { type: 'identify' },
    });
  });

  it('is no worse for a context or integrations of a wrong kind', () => {
    const { event } = read({ type: 'page', userId: 'u', context: 'x', integrations: [] }) as {
      event: object;
    };
    expect(event).not.toHaveProperty('context');
    expect(event).not.toHaveProperty('integrations');
  });
});

describe('a message that Marketo does not get', () => {
  it.each(['alias', 'screen'])('a %s is dropped with its reason', (type) => {
    expect(read({ type, messageId: 'm1' })).toEqual({
      kind: 'dropped',
      messageId: 'm1',
      because: `Marketo has no use for ${type} calls`,
    });
  });

  it('a group without a groupId is dropped with its reason', () => {
    expect(read({ type: 'group', messageId: 'm1', userId: 'u', groupId: '' })).toEqual({
      kind: 'dropped',
      messageId: 'm1',
      because: 'a group call without a groupId names no company',
    });
  });

  it('an opt-out is dropped with its reason', () => {
    const message = { type: 'page', messageId: 'm1', userId: 'u', integrations: { All: false } };
    expect(read(message)).toEqual({
      kind: 'dropped',
      messageId: 'm1',
      because: 'integrations keep it from Marketo',
    });
  });
});

describe('a delete', () => {
  const message = {
    type: 'delete',
    messageId: 'm1',
    userId: 'u1',
    anonymousId: 'a1',
    timestamp: '2020-01-01T00:00:00Z',
    context: { traits: { email: 'ada@example.com' } },
    integrations: { Marketo: { marketoCookie: '_mch-example.com-1374552656411-90718' } },
    traits: { email: 'ada@example.com' },
  };

  it('travels on with its ids alone, later than all that came before or with it', () => {
    expect(read(message)).toEqual({
      kind: 'event',
      event: {
        type: 'delete',
        messageId: 'm1',
        userId: 'u1',
        anonymousId: 'a1',
        timestamp: receivedAt + 1,
        receivedAt: receivedAt + 1,
      },
    });
  });

  it.each([{ All: false }, { Marketo: false }])(
    'is carried out whatever %o says',
    (integrations) => {
      expect(read({ ...message, integrations }).kind).toBe('event');
    },
  );

  it('that names no user is refused: a device may be shared', () => {
    expect(read({ ...message, userId: null })).toMatchObject({
      kind: 'refused',
      problem: { code: 'no_user_anon_id', field: 'userId' },
    });
  });
});

describe('a bad message', () => {
  it.each<[string, string, Json]>([
    ['no_user_anon_id', 'userId', { type: 'page' }],
    ['no_user_anon_id', 'userId', { type: 'page', userId: null, anonymousId: ' ' }],
    ['no_user_anon_id', 'userId', { type: 'identify', traits: { email: 'ada@example.com' } }],
    ['id_not_string', 'userId', { type: 'page', userId: { id: 1 } }],
    ['id_not_string', 'anonymousId', { type: 'page', userId: 'u', anonymousId: true }],
    ['id_not_string', 'messageId', { type: 'page', userId: 'u', messageId: [] }],
    ['message_id_too_long', 'messageId', { type: 'page', userId: 'u', messageId: 'm'.repeat(101) }],
    ['event_not_defined', 'event', { type: 'track', userId: 'u' }],
    ['event_not_defined', 'event', { type: 'track', userId: 'u', event: '' }],
    ['event_not_string', 'event', { type: 'track', userId: 'u', event: 5 }],
    ['properties_not_object', 'properties', { type: 'page', userId: 'u', properties: 'x' }],
    [
      'properties_not_object',
      'properties',
      { type: 'track', userId: 'u', event: 'e', properties: [] },
    ],
    ['traits_not_object', 'traits', { type: 'identify', userId: 'u', traits: [] }],
    ['traits_not_object', 'traits', { type: 'identify', userId: 'u', traits: 'x' }],
    ['name_not_string', 'name', { type: 'page', userId: 'u', name: 5 }],
    ['type_not_defined', 'type', { userId: 'u' }],
    ['type_not_string', 'type', { type: 5, userId: 'u' }],
    ['type_unknown', 'type', { type: 'constructor', userId: 'u' }],
    ['not_object', 'message', []],
    ['not_object', 'message', null],
  ])('%s names %s', (code, field, message) => {
    expect(read(message)).toMatchObject({ kind: 'refused', problem: { code, field } });
  });

  it.each<[string, Json]>([
    ['an event must be an object, not array', []],
    ['an event must be an object, not null', null],
    ['type must say which call this is', { type: null, userId: 'u' }],
    ['type must be a string, not number', { type: 5, userId: 'u' }],
    ['userId or anonymousId must be there', { type: 'track', event: 'e' }],
    ['userId must be there: it says who is to be deleted', { type: 'delete', anonymousId: 'a' }],
    ['userId must be a string, not object', { type: 'page', userId: {} }],
    ['userId is a number beyond 2^53: send it as a string', { type: 'page', userId: Infinity }],
    ['anonymousId must be a string, not boolean', { type: 'page', anonymousId: true }],
    ['messageId must have at most 100 characters', { type: 'page', messageId: 'm'.repeat(101) }],
    ['traits must be an object, not array', { type: 'identify', userId: 'u', traits: [] }],
    ['event must name what happened', { type: 'track', userId: 'u', event: null }],
    ['event must be a string, not boolean', { type: 'track', userId: 'u', event: false }],
    ['name must be a string, not number', { type: 'page', userId: 'u', name: 0 }],
  ])('is told: %s', (said, message) => {
    expect(read(message)).toMatchObject({ problem: { message: said } });
  });

  it('is told of what is wrong first', () => {
    expect(read({ type: 'page', messageId: [], name: 5 })).toMatchObject({
      problem: { code: 'id_not_string', field: 'messageId' },
    });
  });

  it('an unknown type is named, shortened', () => {
    expect(read({ type: 'purchase' })).toMatchObject({
      problem: { message: `type "purchase" is none of Segment's calls` },
    });
    expect(JSON.stringify(read({ type: 'x'.repeat(5_000) })).length).toBeLessThan(200);
  });

  it('is told of without its values', () => {
    const secret = 'ada@example.com';
    const said = [
      read({ type: 'identify', userId: 'u', traits: secret }),
      read({ type: 'track', userId: 'u', event: [secret] }),
      read({ type: 'page', userId: [secret] }),
    ];
    expect(JSON.stringify(said)).not.toContain(secret);
  });

  it('keeps its messageId, so that the sender and the log can name it', () => {
    expect(read({ type: 'page', messageId: 'm1' })).toMatchObject({ messageId: 'm1' });
  });
});

describe('any JSON value', () => {
  it('is an event, dropped or refused', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('identify', 'track', 'page', 'delete'),
        (value, type) => {
          const reading = readMessage(value as Json, { ...terms, type });
          expect(['event', 'dropped', 'refused']).toContain(reading.kind);
        },
      ),
    );
  });
});

describe('nesting', () => {
  const nested = (levels: number): Json =>
    JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json;

  it('is measured, also where it would exhaust the stack', () => {
    expect(nestsDeeper({ a: { b: 1 } }, 2)).toBe(false);
    expect(nestsDeeper({ a: { b: 1 } }, 1)).toBe(true);
    expect(nestsDeeper('text', 0)).toBe(false);
    expect(nestsDeeper({ a: null, b: [null, { c: 'text' }] }, 3)).toBe(false);
    expect(nestsDeeper(nested(200_000), 100)).toBe(true);
  });
});
