import { restLimits } from '../../limits.ts';
import { isById } from '../byId.ts';
import { transportVerdict } from '../transport.ts';
import type { Update, Verdict } from '../types.ts';
import { recordAnswers } from './answers.ts';
import type { Called } from './call.ts';
import { callVerdict, isLeadGone, recordVerdict } from './judge.ts';
import { hasAsciiEmail, needsNoRecord, recordText, sentNames, upsertBody } from './record.ts';

/** One verdict for the whole call, or one for each update; none where no record was needed. */
type Upserted = { readonly whole: Verdict } | { readonly each: readonly (Verdict | undefined)[] };

const notAscii: Verdict = {
  kind: 'refused',
  isOfLead: true,
  because: 'Marketo’s REST API takes no e-mail address with characters beyond ASCII',
};

const tooLarge: Verdict = {
  kind: 'refused',
  because: 'the call is larger than the 1 MB that Marketo takes',
};

/** Whether a record of this update goes to Marketo. */
const isWritten = (update: Update): boolean => !needsNoRecord(update) && hasAsciiEmail(update);

const verdictsOf = (called: Called, sent: readonly Update[], alone: boolean): Upserted => {
  if ('verdict' in called) return { whole: called.verdict };
  if ('notSent' in called)
    return {
      whole: { kind: 'unavailable', because: called.notSent, worked: false, isUnsent: true },
    };
  if ('complaints' in called) {
    const names = new Map(sent.flatMap((update) => [...sentNames(update)]));
    return { whole: callVerdict(called.complaints, { names, alone }) };
  }
  const answers = recordAnswers(called.result);
  if (!answers) return { whole: transportVerdict({ status: called.status }, 'a JSON answer') };
  // Without one answer for each lead, none can be told whose it is.
  if (answers.length !== sent.length) {
    const because = `Marketo answered for ${answers.length} leads when asked for ${sent.length}`;
    return { whole: { kind: 'unavailable', because, worked: true } };
  }
  const each = answers.map(({ id, isWritten, isCreated, oddStatus, reasons }, index): Verdict => {
    const update = sent[index];
    if (isWritten)
      return {
        kind: 'synced',
        ...(id !== undefined && { marketoId: id }),
        ...(isCreated && { isCreated }),
      };
    const verdict = recordVerdict(reasons, update ? sentNames(update) : new Map(), oddStatus);
    // Deleted or merged: its e-mail has to find it, or make it anew.
    return verdict.kind === 'refused' && update && isById(update) && isLeadGone(reasons)
      ? { kind: 'retry', because: verdict.because, isLeadGone: true }
      : verdict;
  });
  return { each };
};

/**
 * Creates or updates the leads of a call with one `leads.json` request; none is made where there is
 * nothing to write.
 */
export const upsert = async (
  updates: readonly Update[],
  { partition, call }: { partition?: string | undefined; call: (body: string) => Promise<Called> },
): Promise<Upserted> => {
  const sent = updates.filter(isWritten);
  const written = new Map<Update, Verdict | undefined>();
  if (sent.length > 0) {
    const body = upsertBody(sent.map(recordText), { partition, byId: sent.some(isById) });
    if (Buffer.byteLength(body) > restLimits.bodyBytes) return { whole: tooLarge };
    const upserted = verdictsOf(await call(body), sent, updates.length === 1);
    if ('whole' in upserted) return upserted;
    for (const [index, update] of sent.entries()) written.set(update, upserted.each[index]);
  }
  const each = updates.map((update) =>
    isWritten(update) || needsNoRecord(update) ? written.get(update) : notAscii,
  );
  return { each };
};
