import { leadIdOf } from '../../lambdas/digest.ts';
import { noEmail } from '../../lambdas/lead/keys.ts';
import { fateOf, isGivenUp } from './fates.ts';
import { contestedFields } from './input.ts';
import type { Check } from './seen.ts';

/** Events without a fate; of an identify, each field by itself. */
export const losses: Check = ({ world }) =>
  world.posted.flatMap(({ event, email, fields }) => {
    if (event.type !== 'identify')
      return world.visited.has(event.messageId) ? [] : [`the visit ${event.messageId}`];
    return fields.flatMap((field) =>
      fateOf(world, { event, email, ...field }) === undefined
        ? [`${field.name} of ${event.messageId} (${email ?? 'no e-mail'})`]
        : [],
    );
  });

/** Leads that ended with another value than the last one said of them, whoever came last. */
export const wrongWinners: Check = ({ world }) =>
  [...Map.groupBy(world.posted, ({ email }) => email)].flatMap(([email, events]) => {
    if (email === undefined) return [];
    const has = world.books.leads.get(leadIdOf(email))?.fields;
    return contestedFields.flatMap((name) => {
      const said = events.flatMap(({ event: { order }, fields }) =>
        fields.flatMap((field) => (field.name === name ? [{ order, value: field.value }] : [])),
      );
      const winner = said.toSorted((a, b) => (a.order < b.order ? 1 : -1))[0];
      if (winner === undefined || has?.get(name) === winner.value) return [];
      if (isGivenUp(world, { name, ...winner })) return [];
      return [`${name} of ${email} is ${String(has?.get(name))}, not ${String(winner.value)}`];
    });
  });

/** Dead letters for which nobody gave a reason, and those that are not what they were. */
export const undeservedDeaths: Check = ({ world }) => [
  ...world.rewritten.map((id) => `${id} was written anew with other content`),
  ...[...world.dead].flatMap(([id, letter]) => {
    if ('visit' in letter) return [`the visit ${letter.visit.messageId}`];
    const { lead, because } = letter;
    const isDeserved =
      lead === undefined ? because === noEmail : world.books.hasTold(lead, because);
    return isDeserved ? [] : [`${id}: ${because}`];
  }),
];
