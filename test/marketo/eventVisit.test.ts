import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visitQuery } from '../../lambdas/marketo/munchkin/wire.ts';
import { allowedVisitOf } from '../../lambdas/marketo/visitRules.ts';
import { visitOf } from '../../lambdas/marketo/eventVisit.ts';
import type { Json, JsonObject } from '../../lambdas/segment/event.ts';
import { eventWith, visitVectors } from '../vectors/mapping.ts';

it.each(visitVectors.cases)('$rule', ({ event, visit, dropped }) => {
  const queued = eventWith(event);
  const expected = { messageId: queued.messageId, at: queued.timestamp, ...visit };
  expect(visitOf(queued)).toEqual(visit === undefined ? { dropped } : { visit: expected });
});

it.each(visitVectors.rules)('$rule', ({ event, visits, dropped }) => {
  const made = allowedVisitOf(eventWith(event), {
    visits: { page: 'all', track: 'all', ...visits },
  });
  if (dropped === undefined) expect(made).toHaveProperty('visit');
  else expect(made).toEqual({ dropped });
});

it('An identify is no visit', () => {
  expect(visitOf(eventWith({ type: 'identify' }))).toEqual({ dropped: 'an identify is no visit' });
});

it('A property nested so deep that it could exhaust the stack is empty', () => {
  const properties = JSON.parse(
    `{"deep": ${'['.repeat(15_000)}${']'.repeat(15_000)}, "b": 1}`,
  ) as JsonObject;
  expect(visitOf(eventWith({ type: 'track', event: 'A', properties }))).toMatchObject({
    visit: { query: 'deep=&b=1&' },
  });
});

it('No event is so odd that it cannot be put on the wire', () => {
  // Any 16 bits: control characters and halves of surrogate pairs among them.
  const utf16 = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const text = fc.oneof(
    fc.string({ unit: utf16, maxLength: 12 }),
    fc.constantFrom('\ud800', 'https://a.example/\ud800?\udfff', '//', 'https://', 'data:,x', '?a'),
  );
  const json = fc.oneof(text, fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>);
  const properties = fc.dictionary(fc.oneof(text, fc.constantFrom('url', 'path', 'URL')), json, {
    maxKeys: 4,
  });
  const page = fc.dictionary(fc.constantFrom('url', 'path', 'referrer'), json);
  fc.assert(
    fc.property(
      fc.constantFrom('track', 'page'),
      text,
      properties,
      page,
      (type, event, own, of) => {
        const made = visitOf(
          eventWith({ type, event, properties: own, context: { page: of, userAgent: '\ud800' } }),
        );
        if ('dropped' in made) return;
        expect(made.visit.path).toMatch(/^\//);
        const query = visitQuery({ ...made.visit, token: '_mch-e-0000' }, '561-HYG-937');
        expect(query).toMatch(/^[A-Za-z0-9_.~!*'()%&=-]+$/);
      },
    ),
  );
});
