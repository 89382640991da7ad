import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitOf } from '../../browser/visit.ts';
import { visitOf as visitOfServer } from '../../lambdas/marketo/eventVisit.ts';
import type { JsonObject } from '../../lambdas/segment/event.ts';
import { eventWith, visitVectors } from '../vectors/mapping.ts';

const placeOf = (event: JsonObject): object | undefined => {
  try {
    const { url, params } = visitOf(event);
    return { path: url, ...(params !== '' && { query: params }) };
  } catch {
    return undefined;
  }
};

describe('a visit from the browser follows the rules of the pipeline:', () => {
  it.each(visitVectors.cases)('$rule', ({ event, visit }) => {
    const wanted = visit && {
      path: visit.path,
      ...(visit.query !== undefined && { query: visit.query }),
    };
    expect(placeOf(event as JsonObject)).toEqual(wanted);
  });

  it('both make the same visit of any event', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\ud800',
        'https://a.example/\ud800?\udfff',
        '//',
        'https://',
        'data:,x',
        '?a',
      ),
      fc.constantFrom('file:///x', ' FILE:a', '/p?q=1', 'http://u:p@b.example:81/x#y', 'a:b', ''),
    );
    const flat = fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null));
    const inner = fc.dictionary(fc.constantFrom('a', 'B', 'é', '\ud800'), flat);
    const json = fc.oneof(flat, inner, fc.array(fc.oneof(flat, inner, fc.array(flat))));
    const keys = fc.constantFrom('url', 'path', 'URL', 'u_rl', 'a', 'b c');
    const properties = fc.dictionary(keys, json, { maxKeys: 4 });
    const page = fc.dictionary(fc.constantFrom('url', 'path', 'referrer'), json);
    fc.assert(
      fc.property(
        fc.constantFrom('track', 'page'),
        text,
        properties,
        page,
        (type, event, own, of) => {
          const given = { event, properties: own, context: { page: of } };
          const made = visitOfServer(eventWith({ type, ...given }));
          const { path, query } = 'visit' in made ? made.visit : {};
          const wanted =
            path === undefined ? path : { path, ...(query !== undefined && { query }) };
          expect(placeOf({ type, ...given })).toEqual(wanted);
        },
      ),
    );
  });
});
