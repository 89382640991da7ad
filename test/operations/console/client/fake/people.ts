import { keyIdOf, leadIdOf, shortHashOf } from '../../../../../lambdas/digest.ts';
import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { LeadView } from '../../../../../operations/views.ts';
import { jake, lockedJake, message, timelineAt } from './jake.ts';
import { lineOf } from './lines.ts';
import { before, hourMs, secondMs } from './time.ts';

const heldKey = (now: number): LeadView => ({
  now: epochMs(now),
  summary:
    'Nobody told the e-mail of this person yet. Two fields are held for 29 more days and go to Marketo when an e-mail turns up.',
  key: keyIdOf('anonymousId', 'a-unknown'),
  aliases: [],
  cookies: [],
  fields: [
    {
      name: 'Industry',
      state: 'held',
      value: 'Bridges',
      because: 'no e-mail of this person is known yet',
      since: before(now, 26 * hourMs),
      until: epochMs(now + 29 * 24 * hourMs),
      message,
    },
    {
      name: 'Plan',
      state: 'held',
      value: 'pro',
      because: 'no e-mail of this person is known yet',
      since: before(now, 26 * hourMs),
      message,
    },
  ],
  activities: [],
  lock: { isCalling: false, attempts: 0 },
  dead: [],
  historyDays: 30,
  timeline: timelineAt(now, now).slice(-1),
});

/** A lead with all that a mailbox may hold, and a long history. */
const giant = (now: number): LeadView => ({
  ...lockedJake(now, now + 90 * secondMs),
  lead: leadIdOf('giant@example.com'),
  address: 'giant@example.com',
  lock: { isCalling: true, lockedUntil: epochMs(now + 90 * secondMs), attempts: 0 },
  fields: Array.from({ length: 1_000 }, (_, place) => ({
    name: `Custom_Field_${String(place).padStart(4, '0')}`,
    state: (['sent', 'waiting', 'held', 'rejected'] as const)[place % 4] ?? 'sent',
    message: shortHashOf(`field-${place}`),
    ...(place % 4 === 1 && { value: 'x'.repeat(300) }),
  })),
  timeline: Array.from({ length: 5_000 }, (_, place) =>
    lineOf(place, now - place * secondMs),
  ).flatMap((line) => (line.kind === 'trouble' ? [] : [line])),
});

/** Whom the fake knows, by their hashed ids. `lockedUntil` is Jake's. */
export const peopleAt = (now: number, lockedUntil: number): ReadonlyMap<string, LeadView> => {
  const jakes = lockedJake(now, lockedUntil);
  const held = heldKey(now);
  return new Map<string, LeadView>([
    [leadIdOf(jake), jakes],
    ...jakes.aliases.map(({ key }) => [key, jakes] as const),
    [keyIdOf('anonymousId', 'a-unknown'), held],
    [leadIdOf('giant@example.com'), giant(now)],
  ]);
};
