import { describe, expect, it } from 'vitest';
import type { Character } from './character.ts';
import { hoursMs, naturalCharacter } from './character.ts';
import type { Rates } from './faults.ts';
import { everywhere } from './faults.ts';
import { judge } from './judge.ts';
import { isUndisturbed } from './undisturbed.ts';
import type { World } from './world.ts';

const characters = Array.from({ length: 1_000 }, (_, index) => naturalCharacter(index + 1));

const downFor = ({ down }: Character): number => (down ? down.to - down.from : 0);

/** What worlds have to be like, some of them, and how many of 1,000 at least. */
const kinds: readonly [string, number, (character: Character) => boolean][] = [
  ['over REST', 400, ({ api }) => api === 'rest'],
  ['over SOAP', 400, ({ api }) => api === 'soap'],
  ['with several sync workers at once', 500, ({ syncWorkers }) => syncWorkers > 1],
  ['with clocks a second off', 600, ({ skewMs }) => skewMs === 1_000],
  ['with Marketo down for minutes', 50, (one) => downFor(one) > 0 && downFor(one) < hoursMs(1)],
  ['with Marketo down for hours', 15, (one) => downFor(one) > hoursMs(1)],
  ['with Marketo down for days', 3, (one) => downFor(one) > hoursMs(24)],
  [
    'with faults until after an outage',
    30,
    ({ down, startsAt, stormMs }) => down !== undefined && startsAt + stormMs > down.to,
  ],
  ['throttled most of the time', 40, ({ rates }) => rates.throttled >= 0.5],
  ['out of quota', 40, ({ isQuotaShort }) => isQuotaShort],
  ['answered a record at a time', 150, ({ answersEach }) => answersEach],
  ['with a lead that Marketo never takes', 100, ({ hasPoison }) => hasPoison],
  [
    'whose description names fields that they do not take',
    200,
    ({ describes }) => describes === 'wrongly',
  ],
  ['where unknown fields fail an update', 80, ({ unknownFields }) => unknownFields === 'fail'],
  ['with custom activities', 250, ({ hasActivities }) => hasActivities],
  ['with deleted users', 200, ({ hasDeletes }) => hasDeletes],
  ['with held events that expire', 80, ({ holdMs }) => holdMs < hoursMs(1)],
  ['where all ticks are lost but the scheduled', 300, ({ rates }) => rates.lostTicks === 1],
  ['where no tick is lost', 80, ({ rates }) => rates.lostTicks === 0],
  ['whose index is often late', 200, ({ rates }) => rates.staleIndexes === 0.5],
  ['whose index is late by half a minute', 60, ({ indexLagMs }) => indexLagMs === 30_000],
  ['undisturbed but for ticks and the index', 100, isUndisturbed],
  ['without a fault', 80, ({ rates }) => rates.slow === 0],
  ['where a new e-mail renames the lead', 350, ({ emailChange }) => emailChange === 'rename'],
  ['where people have several e-mails', 350, ({ newEmails }) => newEmails !== 'none'],
  ['with events of servers', 250, ({ hasServers }) => hasServers],
  ['where duplicates are refused', 150, ({ duplicates }) => duplicates === 'refuse'],
  ['with a field that is sent once', 350, ({ hasSentOnce }) => hasSentOnce],
  ['where others change leads in Marketo', 250, ({ rates }) => rates.leadMerges > 0],
  [
    'undisturbed but for others’ values',
    40,
    (one) => isUndisturbed(one) && one.rates.otherWrites > 0,
  ],
  ['with audiences and lists', 100, ({ relations }) => relations.includes('lists')],
  ['with programs', 100, ({ relations }) => relations.includes('programs')],
  ['with campaigns', 100, ({ relations }) => relations.includes('campaigns')],
  ['with companies', 100, ({ relations }) => relations.includes('companies')],
  [
    'undisturbed, with campaigns',
    10,
    (one) => isUndisturbed(one) && one.relations.includes('campaigns'),
  ],
  ['with a crowd', 10, ({ people }) => people >= 30],
];

describe('among 1,000 worlds', () => {
  it.each(kinds)('there are some %s', (_, least, isOne) => {
    expect(characters.filter(isOne).length).toBeGreaterThanOrEqual(least);
  });
});

describe('in the worlds of a few seeds', () => {
  const worlds: World[] = [];

  it('every kind of fault strikes', async () => {
    const struck = new Set<keyof Rates>();
    for (let seed = 1; seed <= 200; seed += 1)
      await judge(seed, undefined, (world) => {
        worlds.push(world);
        for (const fault of world.struck) struck.add(fault);
      });
    expect([...struck].sort()).toEqual(Object.keys(everywhere).sort());
  }, 240_000);

  it('something comes to each end that an event can find', () => {
    const steps = new Set(worlds.flatMap(({ lines }) => lines.map(({ step }) => step)));
    expect([...steps].sort()).toEqual([
      'absorbed',
      'dead',
      'dropped',
      'held',
      'refused',
      'superseded',
      'synced',
      'unchanged',
      'visited',
      'waiting',
    ]);
    const deaths = worlds.flatMap(({ dead }) => [...dead.values()]);
    expect(deaths.some((letter) => 'activities' in letter)).toBe(true);
    expect(worlds.some(({ mailboxes }) => mailboxes().some(({ state }) => state.deleted))).toBe(
      true,
    );
  });
});
