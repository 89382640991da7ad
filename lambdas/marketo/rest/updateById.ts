import type { Unavailable, Update, Verdict } from '../marketoTypes.ts';
import type { AskLeads, NotFound } from './findIds.ts';
import { chosenOf, findLeads, isFound } from './findIds.ts';
import type { LeadRules } from './leadRules.ts';
import { lookupOf, lookupValueOf } from './record.ts';
import type { ByIdReason } from './restErrorRules.ts';
import type { Wrote } from './wrote.ts';
import { shareOf } from './wrote.ts';

interface ByIdRequests {
  readonly rules: LeadRules;
  /** Sync Leads with these updates, whose leads this field finds. */
  readonly send: (sent: readonly Update[], lookup: string) => Promise<Wrote>;
  readonly find: AskLeads;
}

/** What became of each lead; those that stay refused are absent. */
interface ById {
  readonly verdicts: ReadonlyMap<Update, Verdict>;
  /** How a request found Marketo closed to all. */
  readonly closed?: Unavailable;
}

/** A lead about which Marketo could not be asked: it is asked again. */
const unasked = (failure: NotFound, before: Verdict | undefined): Verdict => {
  if ('notSent' in failure) return { kind: 'retry', because: failure.notSent };
  const { verdict } = failure;
  // To ask again would be refused again: the lead ends as it was told first.
  if (verdict.kind === 'refused' && before?.kind === 'refused')
    return {
      ...before,
      because: `${before.because}; its id could not be looked up: ${verdict.because}`,
    };
  return shareOf(verdict);
};

/** Ids of leads, and what became of those about which Marketo could not be asked. */
interface LookedUp {
  readonly ids: ReadonlyMap<Update, number>;
  readonly verdicts: ReadonlyMap<Update, Verdict>;
  readonly closed?: Unavailable;
}

/** Looks the leads of these updates up by their keys; those that are not there, or not clear, are absent. */
const lookUp = async (
  updates: readonly Update[],
  before: ReadonlyMap<Update, Verdict>,
  { rules, find }: Pick<ByIdRequests, 'rules' | 'find'>,
): Promise<LookedUp> => {
  const ids = new Map<Update, number>();
  const verdicts = new Map<Update, Verdict>();
  let closed: Unavailable | undefined;
  for (const [field, some] of Map.groupBy(updates, (one) => lookupOf(one, rules.lookupField))) {
    const keyOf = (update: Update): string => lookupValueOf(update, field) ?? '';
    const leads = await findLeads(field, some.map(keyOf), find);
    for (const update of some) {
      const found = leads(keyOf(update));
      if (found === undefined) continue;
      if (isFound(found)) {
        const chosen = chosenOf(found, rules.duplicates);
        if (chosen) ids.set(update, chosen.id);
        continue;
      }
      const verdict = unasked(found, before.get(update));
      verdicts.set(update, verdict);
      if (verdict.kind === 'unavailable') closed = verdict;
    }
  }
  return { ids, verdicts, ...(closed && { closed }) };
};

/**
 * Finds the ids of leads whose answers were lost, by the e-mails that they had. Those that Marketo does not
 * have are absent; one that could not be asked about waits.
 */
export const findFormer = async (
  updates: readonly Update[],
  { rules, find }: Pick<ByIdRequests, 'rules' | 'find'>,
): Promise<LookedUp> => {
  const ids = new Map<Update, number>();
  const verdicts = new Map<Update, Verdict>();
  let closed: Unavailable | undefined;
  const leads = await findLeads(
    'email',
    updates.flatMap(({ formerEmails = [] }) => formerEmails),
    find,
  );
  for (const update of updates)
    for (const email of update.formerEmails ?? []) {
      const found = leads(email);
      if (found === undefined) continue;
      if (isFound(found)) {
        const chosen = chosenOf(found, rules.duplicates);
        if (chosen) ids.set(update, chosen.id);
        continue;
      }
      // What can never be looked up makes another lead.
      if ('verdict' in found && found.verdict.kind === 'refused') continue;
      const verdict = unasked(found, undefined);
      verdicts.set(update, verdict);
      if (verdict.kind === 'unavailable') closed = verdict;
    }
  return { ids, verdicts, ...(closed && { closed }) };
};

/**
 * Finds the ids of leads of which nothing is to be written, so that their cookies and activities can go
 * to them. Whoever has an id ends as before.
 */
export const findExisting = async (
  updates: readonly Update[],
  before: ReadonlyMap<Update, Verdict>,
  requests: Pick<ByIdRequests, 'rules' | 'find'>,
): Promise<ById> => {
  const { ids, verdicts, closed } = await lookUp(updates, before, requests);
  const found = [...ids].flatMap(([update, foundId]) => {
    const verdict = before.get(update);
    return verdict ? [[update, { ...verdict, foundId }] as const] : [];
  });
  return { verdicts: new Map([...verdicts, ...found]), ...(closed && { closed }) };
};

/**
 * Updates leads by their ids that their keys do not find: several leads have the key, or the lead is
 * in another partition. The ids are looked up with one request, and one more writes. Whatever comes
 * of that, an id that was found is told, so that later calls need no more than one request.
 */
export const updateById = async (
  refused: ReadonlyMap<Update, ByIdReason>,
  before: ReadonlyMap<Update, Verdict>,
  { rules, send, find }: ByIdRequests,
): Promise<ById> => {
  const isPartition = (update: Update): boolean =>
    refused.get(update) === 'partition' && update.marketoId !== undefined;
  const unknown = [...refused.keys()].filter((update) => !isPartition(update));
  const looked = await lookUp(unknown, before, { rules, find });
  const verdicts = new Map(looked.verdicts);
  const ids = new Map(looked.ids);
  for (const update of refused.keys())
    if (isPartition(update) && update.marketoId !== undefined) ids.set(update, update.marketoId);
  let { closed } = looked;
  // Of two updates for one lead, Marketo takes one: the other goes with a later call.
  const going = [...new Map([...ids].map(([update, id]) => [id, update])).values()];
  const wrote: Wrote =
    closed || going.length === 0
      ? { whole: closed ?? { kind: 'retry', because: 'no lead was found' } }
      : await send(
          going.map((update) => ({ ...update, marketoId: ids.get(update) ?? 0 })),
          'id',
        );
  const whole = 'whole' in wrote ? wrote.whole : undefined;
  if (whole?.kind === 'unavailable' && !whole.isUnsent) closed = whole;
  for (const [update, foundId] of ids) {
    const index = going.indexOf(update);
    const own = 'each' in wrote ? wrote.each[index]?.verdict : shareOf(wrote.whole);
    const verdict = own ?? {
      kind: 'retry',
      because: 'another update for the same lead went first',
    };
    const isGone = verdict.kind === 'retry' && verdict.isLeadGone;
    verdicts.set(update, isGone ? verdict : { ...verdict, foundId });
  }
  return { verdicts, ...(closed && { closed }) };
};
