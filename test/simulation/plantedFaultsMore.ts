import { emptied, hasHeld } from '../../lambdas/lead/keys.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import {
  both,
  onAnswers,
  onKeys,
  onMailboxes,
  onPorts,
  onTable,
  onTiming,
  withFields,
} from './plantedFaultTools.ts';

const lost = 'no accepted event is lost';
const spaced = 'a lead’s sync calls are 30 s apart by Marketo’s clock';
const ghosts = 'nothing of a deleted user is kept, or comes back';

/** More faults that somebody could make. */
export const morePlantedFaults: Readonly<Record<string, PlantedFault>> = {
  'messages acknowledged before they are absorbed': {
    breaks: lost,
    acknowledgesEarly: true,
    rates: { kills: 0.3 },
  },
  'a lock of seconds taken for milliseconds': {
    breaks: spaced,
    ports: onTiming({ lockMs: leadTiming.lockMs / 1_000 }),
  },
  'a lock that takes all clocks for one': {
    breaks: spaced,
    ports: onTiming({ lockMs: 30_000 }),
    character: { skewMs: 1_000, worksForMs: 200, people: 1, syncWorkers: 3 },
    rates: { duplicates: 0.3, kills: 0.3 },
  },
  'dead letters that nobody waits for': {
    breaks: lost,
    ports: onTable((table) => ({
      putDeadLetter: (...letter) => {
        table.putDeadLetter(...letter).catch(() => undefined);
        return Promise.resolve();
      },
    })),
    rates: { thrownBefore: 0.08 },
    character: { hasPoison: true, describes: 'wrongly' },
  },
  'activities taken as added, whatever is answered': {
    breaks: lost,
    ports: onAnswers((answer) =>
      'whole' in answer
        ? answer
        : {
            ...answer,
            each: answer.each.map((verdict) =>
              verdict.kind === 'synced' && verdict.activities
                ? { ...verdict, activities: verdict.activities.map(() => ({ kind: 'added' })) }
                : verdict,
            ),
          },
    ),
    rates: { activityFailures: 0.5 },
    character: { api: 'rest', hasActivities: true },
  },
  'activities that a later event pushes out': {
    breaks: lost,
    ports: onMailboxes((mailbox) => {
      const { activities } = mailbox;
      const latest = Object.entries(activities?.pending ?? {}).slice(-1);
      return activities === undefined
        ? mailbox
        : { ...mailbox, activities: { ...activities, pending: Object.fromEntries(latest) } };
    }),
    character: { api: 'rest', hasActivities: true },
  },
  'events ordered by when they were received': {
    breaks: 'Marketo ends with the winner of each field',
    event: (event) => ({
      ...event,
      order: (event.order.slice(9, 18) + event.order.slice(9)) as SequenceKey,
    }),
  },
  'a refused visit taken as done': {
    breaks: lost,
    ports: onPorts(({ munchkin }) => ({
      munchkin: {
        visit: async (...visit) => {
          const verdict = await munchkin.visit(...visit);
          return verdict.kind === 'retry' ? { kind: 'visited' } : verdict;
        },
      },
    })),
  },
  'values left out, and forgotten': {
    breaks: lost,
    ports: onMailboxes((mailbox) =>
      withFields(mailbox, (field) =>
        field.aside ? { ...field, aside: without(field.aside, 'value') } : field,
      ),
    ),
    character: { describes: 'always', unknownFields: 'skip', api: 'rest' },
  },
  'a key emptied before what it held has moved': {
    breaks: lost,
    ports: onKeys((key) => (key.link && hasHeld(key) ? emptied(key) : key)),
    rates: { kills: 0.3, thrownBefore: 0.1 },
  },
  'a deletion that leaves dead letters': {
    breaks: ghosts,
    ports: onTable(() => ({ retractDeadLetter: () => Promise.resolve(true) })),
    character: { hasDeletes: true, describes: 'wrongly' },
  },
  'a deletion that is not remembered': {
    breaks: ghosts,
    ports: both(
      onMailboxes((mailbox) => without(mailbox, 'deleted')),
      onKeys((key) => without(key, 'deleted', 'deletes')),
    ),
    rates: { duplicates: 0.4 },
    character: { hasDeletes: true, syncWorkers: 2 },
  },
  'a deletion that leaves the mailbox': {
    breaks: ghosts,
    ports: onMailboxes((mailbox, before) =>
      // Also the check that follows minutes later.
      mailbox.deleted !== undefined &&
      Object.keys(before.fields).some((name) => !Object.hasOwn(mailbox.fields, name))
        ? { ...before, deleted: mailbox.deleted }
        : mailbox,
    ),
    character: { hasDeletes: true },
  },
};
