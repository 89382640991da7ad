import type { Outcome } from '../functions/protocol.ts';
import { isRecord } from '../template.ts';

/** Which messages of a batch are done. Those that are not stay until their visibility expires. */
type BatchVerdict =
  | { readonly done: readonly string[]; readonly failed: readonly string[] }
  | { readonly done: readonly []; readonly failed: readonly string[]; readonly because: string };

const allFailed = (ids: readonly string[], because: string): BatchVerdict => ({
  done: [],
  failed: ids,
  because,
});

/**
 * What a function's answer means for its batch of message ids. Lambda's documentation ("Implementing
 * partial batch responses"): an empty or null answer or list is success; an answer that is no such
 * object, or an identifier that is empty, null, under another key or not of this batch fails all.
 */
export const judgeBatch = (
  ids: readonly string[],
  outcome: Outcome,
  reportsItems: boolean,
): BatchVerdict => {
  if ('error' in outcome) return allFailed(ids, outcome.error.errorType);
  if (!reportsItems) return { done: ids, failed: [] };
  const answer: unknown = outcome.result === undefined ? null : JSON.parse(outcome.result);
  if (answer === null) return { done: ids, failed: [] };
  if (!isRecord(answer)) return allFailed(ids, 'the answer is no object');
  const items = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(items)) return allFailed(ids, 'batchItemFailures is no list');
  const known = new Set(ids);
  const failed = new Set<string>();
  for (const item of items as unknown[]) {
    const id = isRecord(item) ? item['itemIdentifier'] : undefined;
    if (typeof id !== 'string' || !known.has(id)) {
      return allFailed(ids, 'an itemIdentifier is not of this batch');
    }
    failed.add(id);
  }
  return { done: ids.filter((id) => !failed.has(id)), failed: [...failed] };
};
