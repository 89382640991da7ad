import { expect, it } from 'vitest';
import { visitQuery } from '../../../lambdas/marketo/munchkin/wire.ts';
import { visitVectors } from '../../vectors/mapping.ts';

it.each(visitVectors.wire)('$rule', ({ visit, munchkinId, query }) => {
  expect(visitQuery(visit, munchkinId)).toBe(query);
});
