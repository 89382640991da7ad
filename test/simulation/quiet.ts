import type { Character } from './character.ts';
import type { Rates } from './faults.ts';
import { everywhere } from './faults.ts';

/** Nothing fails by itself. */
export const noFaults = Object.fromEntries(
  Object.keys(everywhere).map((fault) => [fault, 0]),
) as unknown as Rates;

const seconds = (count: number): number => count * 1_000;

/** A short story with something of everything. */
export const shortStory = (api: Character['api']) =>
  ({
    api,
    events: 12,
    people: 2,
    inputMs: seconds(40),
    stormMs: seconds(100),
    syncWorkers: 2,
    skewMs: 1_000,
    down: undefined,
    isQuotaShort: false,
    hasPoison: false,
    answersEach: false,
    unknownFields: 'skip',
    describes: 'always',
    hasActivities: api === 'rest',
    tracks: 'all',
    hasDeletes: true,
    worksForMs: seconds(5),
    indexLagMs: seconds(3),
    shards: 1,
    luck: 0,
    emailChange: 'rename',
    newEmails: 'of users',
    hasServers: false,
    duplicates: 'newest',
    hasSentOnce: true,
    resendUnchangedAfterMs: seconds(60),
    relations: [],
    relationEvents: 0,
  }) as const satisfies Partial<Character>;
