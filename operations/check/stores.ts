import type { Check, DeadView } from '../views.ts';
import type { CheckParts } from './parts.ts';
import { ok, warning } from './parts.ts';

/** Whether the queues can be looked at, and what is in them. */
export const checkQueues = async ({ queues }: Pick<CheckParts, 'queues'>): Promise<Check> => {
  const { events, ticks } = await queues();
  const eventsThere = events.waiting + events.delayed + events.inFlight;
  const ticksThere = ticks.waiting + ticks.delayed + ticks.inFlight;
  return ok(
    'queues',
    `They can be reached; about ${eventsThere} messages are on the events queue and ${ticksThere} on the tick queue.`,
  );
};

/** Whether the leads table can be read. */
export const checkTable = async ({ table }: Pick<CheckParts, 'table'>): Promise<Check> => {
  await table.read(['fields']);
  return ok('leads table', 'It can be read.');
};

/** Reasons that are told at most. */
const maxReasons = 3;

/** Pages that are looked through at most, and letters that are counted: enough to say what is up. */
const maxPages = 5;
const maxLetters = 100;

/** What can be said where no dead letter was seen. */
const noneSeen = (name: string, hidden: number, isAll: boolean): Check => {
  if (hidden > 0)
    return warning(
      name,
      `About ${hidden} events wait for a decision that cannot be seen now.`,
      'Look again in a minute, when nobody else looks at them.',
    );
  if (isAll) return ok(name, 'There are none.');
  return warning(
    name,
    'None were found, but so much waits that not all of it could be looked through.',
    'Look through all of it with dead list, or check again when less waits.',
  );
};

/** Whether there are dead letters, and why most of them are. */
export const checkDead = async ({ dead }: Pick<CheckParts, 'dead'>): Promise<Check> => {
  const name = 'dead letters';
  const letters: DeadView[] = [];
  let next: string | undefined;
  let hidden = 0;
  for (let pages = 0; pages < maxPages && letters.length < maxLetters; pages += 1) {
    const page = await dead(next);
    letters.push(...page.dead);
    hidden += page.hidden ?? 0;
    next = page.next;
    if (next === undefined) break;
  }
  if (letters.length === 0) return noneSeen(name, hidden, next === undefined);
  const reasons = [...Map.groupBy(letters, ({ because }) => because)]
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, maxReasons)
    .map(([because, { length }]) => `${length}: ${because}`);
  const isAll = next === undefined && hidden === 0;
  const count = isAll ? `${letters.length}` : `More than ${letters.length}`;
  return warning(
    name,
    `${count} ${count === '1' ? 'dead letter waits' : 'dead letters wait'} for a decision (${reasons.join('; ')}).`,
    'Put right what they say, then resend them, or drop them.',
  );
};
