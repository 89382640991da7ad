import { hasHeld } from '../../lambdas/lead/keys.ts';
import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { Check } from './seen.ts';
import type { Trace } from './world.ts';

/** What is not any more what it was. */
export const changes = (before: Trace, after: Trace): readonly string[] =>
  (Object.keys(before) as (keyof Trace)[]).flatMap((part) =>
    before[part] === after[part] ? [] : [`${part} changed`],
  );

/** What is left to do, or done for nothing, when there is nothing to do any more. */
export const unrest: Check = ({ world, atRest, later }) => [
  ...(world.queues.events.isEmpty() ? [] : ['messages on the events queue']),
  ...(world.queues.ticks.isEmpty() ? [] : ['ticks on their queue']),
  ...world.queues.ticks.refused.map((what) => `SQS refused ${what}`),
  ...changes(atRest, later),
  ...world.mailboxes().flatMap(({ key, state, entry, expiresAt }) => {
    if (hasPending(state)) return [`${key} has something pending`];
    if (entry !== undefined) return [`${key} is due for nothing`];
    return expiresAt === undefined ? [`${key} stays for ever`] : [];
  }),
  ...world
    .keys()
    .flatMap(({ key, state }) =>
      state.link !== undefined && hasHeld(state) ? [`the key ${key} is half moved`] : [],
    ),
];

/** Errors that no fault explains. */
export const surprises: Check = ({ world }) => [...new Set(world.surprises)];
