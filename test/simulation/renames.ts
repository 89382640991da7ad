import { leadIdOf } from '../../lambdas/digest.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { mayBeDeleted } from './deletions.ts';
import type { Posted } from './input.ts';
import { sentOnce } from './input.ts';
import { leadOf } from './people.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

type Named = Posted & { readonly email: string };

const isNamed = (one: Posted): one is Named => one.email !== undefined;

const isServers = ({ event }: Posted): boolean => event.source?.kind === 'server';

/** The events that name an e-mail, by the leads that those e-mails name. */
const peopleOf = (world: World): ReadonlyMap<string, readonly Named[]> =>
  Map.groupBy(world.posted.filter(isNamed), ({ email }) => leadOf(world, email));

/** Leads whose id is not the one that Marketo answered last. */
const wrongIds = ({ books, dead, idKnown }: World): readonly string[] =>
  [...books.answered].flatMap(([lead, answered]) => {
    const known = idKnown(lead);
    // Where all that a lost answer was of is given up, nothing asks once more.
    const mayBeLost = [...dead.values()].some((letter) => 'lead' in letter && letter.lead === lead);
    const isWrong = known !== undefined && known !== answered && !mayBeLost;
    return isWrong ? [`${lead} counts as ${known}, and Marketo answered ${answered}`] : [];
  });

/** Updates that went to another lead than the one that Marketo had, or made a second one, or would. */
export const strayed: Check = ({ world }) => [...world.books.strayed, ...wrongIds(world)];

/** The event that says last what its person's e-mail is: servers before pages. */
const lastNaming = (events: readonly Named[]): Named | undefined =>
  events.toSorted(
    (a, b) =>
      Number(isServers(b)) - Number(isServers(a)) || (a.event.order < b.event.order ? 1 : -1),
  )[0];

/** Whether an update of this lead was given up with its e-mail: the next one tells it. */
const isEmailGivenUp = ({ dead }: World, lead: LeadId): boolean =>
  [...dead.values()].some(
    (letter) =>
      'fields' in letter &&
      letter.lead === lead &&
      letter.fields.some(({ name }) => name === 'Email'),
  );

/** Leads that Marketo has under another e-mail than the last one. */
export const wrongEmails: Check = ({ world }) =>
  [...peopleOf(world)].flatMap(([lead, events]) => {
    const last = lastNaming(events);
    if (last === undefined) return [];
    const id = leadOf(world, last.email);
    const home = world.books.homeOf(id);
    if (home === undefined || home.email === last.email) return [];
    // A lead that was merged into another person's is found there no more.
    if (home.id !== world.idKnown(id)) return [];
    if (mayBeDeleted(world, last) || isEmailGivenUp(world, id)) return [];
    return [`${lead} is ${home.email} and not ${last.email}`];
  });

const userOf = ({ event }: Posted): string | undefined => event.userId;

/** The keys of an event by which a new e-mail may rename: its userId, or its cookie where it has none. */
const renamingKeyOf = ({ event }: Posted): string | undefined =>
  event.userId ?? JSON.stringify(event.context?.Marketo);

/** E-mails that are aliases though no userId and no cookie of theirs names the lead. */
const undueAliases = (world: World): readonly string[] =>
  [...peopleOf(world)].flatMap(([lead, events]) => {
    const emails = Map.groupBy(events, ({ email }) => email);
    if (emails.size < 2) return [];
    const isDue = (email: string, own: readonly Named[]): boolean =>
      own.some((one) => {
        const key = renamingKeyOf(one);
        return (
          key !== undefined &&
          world.posted.some((other) => other.email !== email && keysOf(other).includes(key))
        );
      });
    return [...emails]
      .filter(([email, own]) => leadIdOf(email) !== lead && !isDue(email, own))
      .map(([email]) => `${email} is an alias of ${lead}`);
  });

const keysOf = ({ event }: Posted): readonly (string | undefined)[] => [
  event.userId,
  JSON.stringify(event.context?.Marketo),
];

/** Users who became several leads though nobody else has any of their e-mails. */
const splitUsers = (world: World): readonly string[] => {
  const { character, posted } = world;
  if (character.emailChange === 'newLead' || character.hasDeletes) return [];
  const named = posted.filter(isNamed);
  return [...Map.groupBy(named, userOf)].flatMap(([user, events]) => {
    if (user === undefined) return [];
    const emails = new Set(events.map(({ email }) => email));
    const isTheirs = named.every((one) => !emails.has(one.email) || userOf(one) === user);
    const leads = new Set([...emails].map((email) => leadOf(world, email)));
    // What a server says of a user, or of their lead by a cookie, pages do not change.
    const theirs = posted.filter(
      (one) => userOf(one) === user || (isNamed(one) && leads.has(leadOf(world, one.email))),
    );
    const isOneKind = new Set(theirs.map(isServers)).size === 1;
    return isTheirs && isOneKind && leads.size > 1 ? [`${user} is ${leads.size} leads`] : [];
  });
};

/** E-mails that name a lead which they should not, and people whose new e-mail made another lead. */
export const wrongAliases: Check = ({ world }) => [...undueAliases(world), ...splitUsers(world)];

/** An event may be received so long before the call that it came too late for. */
const callMs = 120_000;

/** Fields that are sent once, and went to one lead with one value twice. */
export const overwritten: Check = ({ world }) => {
  const { books, character } = world;
  // A deletion takes what we know of the values that Marketo has.
  if (!world.isUndisturbed || !character.hasSentOnce || character.hasDeletes) return [];
  return [...books.leads.values()].flatMap(({ id, repeated }) => {
    const { since = Infinity, value } = repeated.get(sentOnce) ?? {};
    // A value that went nowhere, as its call was refused, is news all the same.
    const isNews = world.posted.some(
      ({ event, fields }) =>
        event.receivedAt > since - callMs &&
        fields.some((field) => field.name === sentOnce && field.value !== value),
    );
    return since < Infinity && !isNews ? [`${sentOnce} of ${id}`] : [];
  });
};
