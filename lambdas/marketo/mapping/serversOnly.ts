import * as z from 'zod/mini';
import { unknownKind } from '../../segment/source.ts';
import { describe, forChecking } from './described.ts';
import type { EventView } from './paths.ts';

/** `browsers` of a rule whose doing is not for whoever visits the site, unless it says so. */
export const browsersSchema = forChecking(() =>
  z.optional(
    describe(z.boolean(), {
      description:
        'Whether browser keys may do so, too: then whoever visits the site can (docs/security.md). Default: false.',
      values: 'true or false',
    }),
  ),
);

/** Why an event may not do it; `undefined`: it may. */
export const notForBrowsers = (
  { event }: EventView,
  browsers: boolean | undefined,
  what: string,
): string | undefined => {
  const { kind } = event.source ?? { kind: unknownKind };
  return kind === 'server' || browsers === true
    ? undefined
    : `only a server key may ${what}, unless the rule says "browsers": true (docs/security.md)`;
};
