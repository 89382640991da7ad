import { closeCalls, crowdedCalls, sharedCookies } from './calls.ts';
import { ghosts } from './deletions.ts';
import {
  losses,
  strayActivities,
  undeservedDeaths,
  wrongRelations,
  wrongWinners,
} from './outcomes.ts';
import { overtaken, strayRequests, wrongCompanies } from './relations.ts';
import { surprises, unrest } from './rest.ts';
import { lateCalls, misfiled, repeated, touched } from './schedule.ts';
import { overwritten, strayed, wrongAliases, wrongEmails } from './renames.ts';
import type { Check } from './seen.ts';

/** What holds of every world that has come to rest, and what breaks it. */
export const checks = {
  'no accepted event is lost': losses,
  'Marketo ends with the winner of each field': wrongWinners,
  'Marketo ends with the winner of each membership, status, member field and link': wrongRelations,
  'an older word of a relation never goes after a newer one': overtaken,
  'a request of a campaign goes to its lead, with its own tokens': strayRequests,
  'a company ends with the winner of each value': wrongCompanies,
  'a lead that Marketo has stays the same lead, whatever its e-mail': strayed,
  'Marketo ends with the last e-mail of each lead': wrongEmails,
  'an e-mail names the lead of its person': wrongAliases,
  'what others set in Marketo stays where its source says nothing new': overwritten,
  'an activity goes to the lead that its event names': strayActivities,
  'nothing of a deleted user is kept, or comes back': ghosts,
  'a lead’s sync calls are 30 s apart by Marketo’s clock': closeCalls,
  'no cookie goes to Marketo with two leads': sharedCookies,
  'Marketo’s limits of calls are kept': crowdedCalls,
  'nothing becomes a dead letter without a refusal of its own': undeservedDeaths,
  'what has something pending is in the index with its time, and nothing else is': misfiled,
  'what is due goes out within a minute or so, ticks or none': lateCalls,
  'who waits is not touched': touched,
  'nothing goes out twice where nothing fails': repeated,
  'nothing fails but what is made to': surprises,
  'when input stops, everything comes to rest': unrest,
} as const satisfies Readonly<Record<string, Check>>;

/** Holds when every event comes once more after that. */
export const idempotence = 'a message that comes again changes nothing';

export type Invariant = keyof typeof checks | typeof idempotence;

export const invariants = [...Object.keys(checks), idempotence] as readonly Invariant[];
