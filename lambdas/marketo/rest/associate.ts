import { marketoLimits } from '../../limits.ts';
import type { Synced, Unavailable, Update, Verdict } from '../marketoTypes.ts';
import { cookieReasons } from './restAnswers.ts';
import type { RestCalled } from './restCaller.ts';
import { cookieVerdict, isLeadGone } from './apiErrors.ts';

/** What is known of each update of a call when its record is written, or needed none. */
type Written = Verdict | undefined;

/** What became of one cookie; `later`: it was not tried, or has to be tried again. */
type AssociationResult =
  | { readonly associated: true }
  | { readonly refused: string }
  | { readonly later: true; readonly verdict?: Verdict };

/** The cookie as Marketo wants it in an address: its own `&` encoded. */
export const associatePath = (id: number, munchkinId: string, token: string): string =>
  `leads/${id}/associate.json?cookie=id:${encodeURIComponent(munchkinId)}%26token:${encodeURIComponent(token)}`;

/** The lead's e-mail has to find it, or make it anew, before its cookie can go. */
const leadGone = (because: string): Verdict => ({
  kind: 'retry',
  because,
  attempts: marketoLimits.boundedAttempts,
  isLeadGone: true,
});

const associationResultOf = (called: RestCalled): AssociationResult => {
  if ('notSent' in called) return { later: true };
  if ('verdict' in called) return { later: true, verdict: called.verdict };
  const apiErrors = 'complaints' in called ? called.complaints : cookieReasons(called.result);
  if ('result' in called && apiErrors.length === 0) return { associated: true };
  const verdict = cookieVerdict(apiErrors);
  if (verdict.kind === 'refused' && isLeadGone(apiErrors))
    return { later: true, verdict: leadGone(verdict.because) };
  return verdict.kind === 'refused' ? { refused: verdict.because } : { later: true, verdict };
};

const verdictWith = (
  written: Synced | undefined,
  id: number,
  result: AssociationResult,
): Verdict => {
  const synced: Synced = written ?? { kind: 'synced', marketoId: id };
  if ('associated' in result) return synced;
  if ('refused' in result) return { ...synced, cookie: { because: result.refused } };
  // A lead that only had its cookie to tell has a verdict of its own: it backs off.
  return written === undefined && result.verdict
    ? result.verdict
    : { ...synced, cookie: 'pending' };
};

const noId = 'Marketo did not tell the lead’s id, without which its cookie cannot be associated';

/**
 * Associates the cookies of a call's leads, one request each, and completes their verdicts. Where
 * Marketo turns out to be closed to all, or neither time nor a permit is left, the remaining cookies wait.
 */
export const associateAll = async (
  updates: readonly Update[],
  written: readonly Written[],
  associate: (id: number, token: string) => Promise<RestCalled>,
): Promise<{ readonly each: readonly Verdict[]; readonly unavailable?: Unavailable }> => {
  const each: Verdict[] = [];
  let stopped: Extract<AssociationResult, { later: true }> | undefined;
  let unavailable: Unavailable | undefined;
  for (const [index, { cookie, marketoId }] of updates.entries()) {
    const before = written[index];
    if (before && (before.kind !== 'synced' || cookie === undefined)) {
      each.push(before);
      continue;
    }
    const id = before ? before.marketoId : marketoId;
    if (cookie === undefined || id === undefined) {
      each.push({ kind: 'synced', ...before, cookie: { because: noId } });
      continue;
    }
    const result = stopped ?? associationResultOf(await associate(id, cookie));
    if ('later' in result && !stopped) {
      if (result.verdict?.kind === 'unavailable') {
        unavailable = result.verdict;
        stopped = { later: true, verdict: { ...result.verdict, worked: false } };
      } else if (!result.verdict) stopped = result;
    }
    each.push(verdictWith(before, id, result));
  }
  return { each, ...(unavailable !== undefined && { unavailable }) };
};
