import { noSuchField } from '../../lambdas/lead/failUpdate.ts';
import { noEmail, noServerEmail } from '../../lambdas/lead/keys.ts';
import type { DeadLetter, FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import { mayBeDeleted } from './deletions.ts';
import { activityOutcomeOf, eventOutcomeOf, isGivenUp, isRepeated } from './eventOutcomes.ts';
import type { Posted } from './input.ts';
import { contestedFields, fieldsOfMarketo } from './input.ts';
import { contestedRelations } from './relationNames.ts';
import { isThere } from './relations.ts';
import { leadOf, leadsOf } from './people.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

/** Clocks are off by so much at most. */
const skewMs = 1_000;

/** Events without a fate; of an identify, each field by itself. */
export const losses: Check = ({ world }) =>
  world.posted.flatMap((one) => {
    const { event, email, fields, isVisit, isActivity } = one;
    const whose = `of ${event.messageId} (${email ?? 'no e-mail'})`;
    const isVisitLost = isVisit && !world.visited.has(event.messageId) && !mayBeDeleted(world, one);
    const isActivityLost = isActivity && activityOutcomeOf(world, one) === undefined;
    return [
      ...(isVisitLost ? [`the visit ${whose}`] : []),
      ...(isActivityLost ? [`the activity ${whose}`] : []),
      ...fields
        .filter((field) => eventOutcomeOf(world, { event, email, ...field }) === undefined)
        .map(({ name }) => `${name} ${whose}`),
    ];
  });

/**
 * Whether a lead that is no more in Marketo had a value, and we knew of no other one when the event came:
 * nobody tells the lead of today what it said.
 */
const isOfLeadBefore = (
  { replacedAt, idKnown, books }: World,
  lead: LeadId,
  { event, name, value }: { event: Posted['event']; name: string; value: FieldValue },
): boolean => {
  const home = books.homeOf(lead);
  const isOld = event.receivedAt <= (replacedAt.get(lead) ?? 0) + skewMs;
  return (
    (isOld || idKnown(lead) !== home?.id) &&
    books.reachedBy([lead]).some((one) => one !== home && books.hasReceived(one, name, value))
  );
};

/** Leads that ended with another value than the last one said of these registers, whoever came last. */
const endedOtherwise = (world: World, names: readonly string[]): readonly string[] =>
  [...Map.groupBy(world.posted, ({ email }) => email && leadOf(world, email))].flatMap(
    ([lead, events]) => {
      const email = events[0]?.email;
      if (!lead || email === undefined) return [];
      const has = world.books.homeOf(lead)?.ours;
      return names.flatMap((name) => {
        const said = events.flatMap(({ event, fields }) =>
          fields.flatMap((field) => (field.name === name ? [{ event, value: field.value }] : [])),
        );
        const winner = said.toSorted((a, b) => (a.event.order < b.event.order ? 1 : -1))[0];
        if (winner === undefined || isThere(name, has?.get(name), winner.value)) return [];
        const { event, value } = winner;
        if (isGivenUp(world, { name, order: event.order })) return [];
        if (isRepeated(world, { event, email, name, value })) return [];
        // What Marketo has by then of a deleted user is its own.
        if (mayBeDeleted(world, { event, email })) return [];
        if (isOfLeadBefore(world, lead, { event, name, value })) return [];
        return [`${name} of ${email} is ${String(has?.get(name))}, not ${String(value)}`];
      });
    },
  );

export const wrongWinners: Check = ({ world }) => endedOtherwise(world, contestedFields);

/** The same of memberships, statuses in programs, fields of these memberships, and companies that leads belong to. */
export const wrongRelations: Check = ({ world }) => endedOtherwise(world, contestedRelations);

/** Activities that went to another lead than the one that their event names. */
export const strayActivities: Check = ({ world }) =>
  world.posted.flatMap(({ event, email, isActivity }) => {
    if (!isActivity || email === undefined) return [];
    const own = new Set(world.books.reachedBy(leadsOf(world, email)));
    return [...world.books.leads]
      .filter(([, one]) => !own.has(one) && one.activities.has(event.messageHash))
      .map(([lead]) => `the activity of ${event.messageId} (${email}) went to ${lead}`);
  });

/** Where the settings say that an unknown field fails its update, one does, and the reason names it. */
const isFailedUpdate = ({ character }: World, { because }: DeadLetter): boolean => {
  const known = fieldsOfMarketo(character.events);
  const names = because.slice(`${noSuchField}: `.length).split(/, | \(/);
  return (
    character.unknownFields === 'fail' &&
    because.startsWith(noSuchField) &&
    names.slice(0, -1).some((name) => !known.has(name))
  );
};

/** Relations that Marketo refused one by one. */
const isRefusedRelation = ({ books }: World, { lead, fields }: DeadLetter): boolean =>
  fields.length > 0 &&
  fields.every(({ name }) => lead !== undefined && books.relations.isRefused(lead, name));

/** Dead letters for which nobody gave a reason, and those that are not what they were. */
export const undeservedDeaths: Check = ({ world }) => [
  ...world.rewritten.map((id) => `${id} was written anew with other content`),
  ...[...world.dead].flatMap(([id, letter]) => {
    if ('visit' in letter) return [`the visit ${letter.visit.messageId}`];
    const { lead, because } = letter;
    const isDeserved =
      lead === undefined
        ? because === noEmail || because === noServerEmail
        : world.books.hasTold(lead, because) ||
          isFailedUpdate(world, letter) ||
          isRefusedRelation(world, letter);
    return isDeserved ? [] : [`${id}: ${because}`];
  }),
];
