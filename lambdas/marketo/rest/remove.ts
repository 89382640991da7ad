import type { Removal, RemovalVerdict } from '../../lead/removal.ts';
import { marketoLimits } from '../../limits.ts';
import { transportVerdict } from '../transport.ts';
import type { Removed, Unavailable, Verdict } from '../marketoTypes.ts';
import { removalAnswers } from './restAnswers.ts';
import type { RestCalled } from './restCaller.ts';
import type { AskLeads, NotFound } from './findIds.ts';
import { findLeads, isFound } from './findIds.ts';
import { lookupVerdict, recordVerdict } from './apiErrors.ts';

interface RemoveRequests {
  readonly find: AskLeads;
  /** Delete Leads with this body. */
  readonly remove: (body: string) => Promise<RestCalled>;
}

const tooMany: RemovalVerdict = {
  kind: 'refused',
  because: 'more leads have this e-mail than Marketo’s search can list',
};

/** Why a lead stays, in words of ours. Whatever may pass is tried again. */
const verdictOf = (verdict: Verdict): RemovalVerdict => {
  if (verdict.kind === 'synced') return { kind: 'removed' };
  const { kind, because } = verdict;
  return kind === 'unavailable' || kind === 'retry'
    ? { kind: 'retry', because }
    : { kind: 'refused', because };
};

const ofNotFound = (failure: NotFound): RemovalVerdict =>
  'notSent' in failure ? { kind: 'retry', because: failure.notSent } : verdictOf(failure.verdict);

const closedIn = (verdict: Verdict | undefined): Unavailable | undefined =>
  verdict?.kind === 'unavailable' && !verdict.isUnsent ? verdict : undefined;

/** No such lead: it is deleted already. */
const leadGone = '1004';

/** What Marketo said of each lead, by its id. */
const askedToRemove = async (
  ids: readonly number[],
  remove: RemoveRequests['remove'],
): Promise<{
  readonly byId: ReadonlyMap<number, RemovalVerdict>;
  readonly closed?: Unavailable;
}> => {
  const byId = new Map<number, RemovalVerdict>();
  let closed: Unavailable | undefined;
  for (let at = 0; at < ids.length; at += marketoLimits.leadsPerCall) {
    const some = ids.slice(at, at + marketoLimits.leadsPerCall);
    const called = closed
      ? { verdict: closed }
      : await remove(JSON.stringify({ input: some.map((id) => ({ id })) }));
    const answers = 'result' in called ? removalAnswers(called.result) : undefined;
    for (const { id, isDeleted, reasons } of answers ?? []) {
      const isGone = isDeleted || reasons.some(({ code }) => code === leadGone);
      if (id !== undefined)
        byId.set(id, isGone ? { kind: 'removed' } : verdictOf(recordVerdict(reasons, new Map())));
    }
    if (answers) continue;
    const verdict: Verdict | undefined =
      'verdict' in called
        ? called.verdict
        : 'complaints' in called
          ? lookupVerdict(called.complaints)
          : 'status' in called
            ? transportVerdict({ status: called.status }, 'a JSON answer')
            : undefined;
    const failed: RemovalVerdict =
      verdict === undefined
        ? {
            kind: 'retry',
            because: 'notSent' in called ? called.notSent : 'Marketo did not answer',
          }
        : verdictOf(verdict);
    closed = closedIn(verdict) ?? closed;
    for (const id of some) byId.set(id, failed);
  }
  return { byId, ...(closed && { closed }) };
};

/**
 * Deletes leads: those with the ids that Marketo has told us, and every lead that has one of the e-mails.
 * Two requests for up to 300 of them. What is not there counts as deleted.
 */
export const removeLeads = async (
  removals: readonly Removal[],
  { find, remove }: RemoveRequests,
): Promise<Removed> => {
  const found = await findLeads(
    'email',
    removals.map(({ email }) => email),
    find,
  );
  let closed: Unavailable | undefined;
  const planned = removals.map(({ email, marketoId }) => {
    const leads = found(email);
    if (leads === undefined) return tooMany;
    if (!isFound(leads)) {
      if ('verdict' in leads) closed ??= closedIn(leads.verdict);
      return ofNotFound(leads);
    }
    const ids = leads.map(({ id }) => id);
    return [...new Set([...ids, ...(marketoId === undefined ? [] : [marketoId])])];
  });
  const ids = planned.flatMap((one) => ('kind' in one ? [] : one));
  const results = await askedToRemove([...new Set(ids)], remove);
  const each = planned.map((one): RemovalVerdict => {
    if ('kind' in one) return one;
    const verdicts = one.map(
      (id): RemovalVerdict =>
        results.byId.get(id) ?? {
          kind: 'retry',
          because: 'Marketo did not say what became of the lead',
        },
    );
    const worst =
      verdicts.find(({ kind }) => kind === 'retry') ??
      verdicts.find(({ kind }) => kind === 'refused');
    return worst ?? { kind: 'removed' };
  });
  closed ??= results.closed;
  return { each, ...(closed && { closed }) };
};
