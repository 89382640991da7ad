import { without } from '../../lambdas/lead/without.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { noFaults } from './quiet.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import {
  isSettling,
  onAnswers,
  onMailboxes,
  onPorts,
  onSync,
  withFields,
} from './plantedFaultTools.ts';

const samePerson = 'an e-mail names the lead of its person';
const sameLead = 'a lead that Marketo has stays the same lead, whatever its e-mail';
const lastEmail = 'Marketo ends with the last e-mail of each lead';
const winner = 'Marketo ends with the winner of each field';

/** A few people who change their e-mails. */
const renaming = {
  emailChange: 'rename',
  newEmails: 'of users',
  hasServers: false,
  people: 2,
  events: 30,
} as const;

const overSoap = { api: 'soap', hasActivities: false } as const;

/** Faults of what we believe of the leads that Marketo has. */
export const leadPlantedFaults: Readonly<Record<string, PlantedFault>> = {
  'a new e-mail that makes another lead': {
    breaks: samePerson,
    ports: onPorts(() => ({ emailChange: 'newLead' })),
    character: { ...renaming, people: 1, events: 8 },
  },
  'a device that renames': {
    breaks: samePerson,
    event: ({ anonymousId, ...event }) =>
      event.userId === undefined && anonymousId !== undefined
        ? { ...event, userId: anonymousId }
        : { ...event, ...(anonymousId !== undefined && { anonymousId }) },
    character: { ...renaming, newEmails: 'of all' },
  },
  'a rename that makes a second lead': {
    breaks: sameLead,
    ports: onSync(
      (sync) =>
        (call, ...rest) =>
          sync(
            call.map((update) => without(update, 'byId')),
            ...rest,
          ),
    ),
    character: renaming,
  },
  'a rename that Marketo is not told': {
    breaks: lastEmail,
    ports: onMailboxes((mailbox, { address }) =>
      address.text === '' ? mailbox : { ...mailbox, address },
    ),
    character: renaming,
  },
  'a page that renames whom a server has named': {
    breaks: lastEmail,
    event: (event) => ({ ...event, source: { name: 'world', kind: 'server' } }),
    character: { ...renaming, hasServers: true },
  },
  'digests kept after a lead was created': {
    breaks: winner,
    ports: onMailboxes((mailbox, before) =>
      isSettling(mailbox, before) && mailbox.marketoId !== before.marketoId
        ? withFields(mailbox, (field, name) => {
            const { digest, sentAt } = before.fields[name] ?? {};
            const isKept = field.digest === undefined && field.value === undefined;
            return isKept && digest !== undefined && sentAt !== undefined
              ? { ...field, digest, sentAt }
              : field;
          })
        : mailbox,
    ),
    rates: { ...noFaults, leadDeletions: 0.02 },
    character: {
      ...renaming,
      people: 1,
      events: 60,
      newEmails: 'none',
      resendUnchangedAfterMs: 86_400_000,
    },
  },
  'the id of a merge ignored': {
    breaks: sameLead,
    ports: (ports) => {
      const first = new Map<LeadId, number | undefined>();
      return onAnswers((answer, call) =>
        'whole' in answer
          ? answer
          : {
              ...answer,
              each: answer.each.map((verdict, index) => {
                const { lead, marketoId } = call[index] ?? {};
                if (verdict.kind !== 'synced' || lead === undefined) return verdict;
                const known = first.get(lead) ?? marketoId ?? verdict.marketoId;
                first.set(lead, known);
                return {
                  ...without(verdict, 'isCreated'),
                  ...(known !== undefined && { marketoId: known }),
                };
              }),
            },
      )(ports);
    },
    rates: { leadMerges: 0.3, leadDuplicates: 0.3 },
    character: { ...renaming, ...overSoap, resendUnchangedAfterMs: 86_400_000 },
  },
  'cookies of duplicates that take turns': {
    breaks: 'when input stops, everything comes to rest',
    ports: onMailboxes((mailbox, before) =>
      isSettling(mailbox, before) && mailbox.marketoId !== before.marketoId
        ? {
            ...mailbox,
            cookies: Object.fromEntries(
              Object.entries(mailbox.cookies).map(([token, cookie]) => [
                token,
                before.cookies[token]?.associated ? without(cookie, 'associated') : cookie,
              ]),
            ),
          }
        : mailbox,
    ),
    rates: { leadDuplicates: 0.5, leadDeletions: 0, leadMerges: 0 },
    character: { ...renaming, ...overSoap },
  },
  'a field that is sent once, sent again': {
    breaks: 'what others set in Marketo stays where its source says nothing new',
    ports: onPorts(() => ({ fieldPolicies: {} })),
    rates: { ...noFaults, otherWrites: 0.3 },
    character: {
      people: 1,
      events: 10,
      newEmails: 'none',
      hasSentOnce: true,
      resendUnchangedAfterMs: 60_000,
      isQuotaShort: false,
      worksForMs: 5_000,
    },
  },
};
