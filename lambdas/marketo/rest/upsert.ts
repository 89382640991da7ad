import { restLimits } from '../../limits.ts';
import { transportVerdict } from '../transport.ts';
import type { Unavailable, Update, Verdict } from '../marketoTypes.ts';
import { recordAnswers } from './restAnswers.ts';
import { findExisting, findFormer, updateById } from './updateById.ts';
import { forKnownLead, withheldOf } from '../newOnly.ts';
import type { RestCalled } from './restCaller.ts';
import type { AskLeads } from './findIds.ts';
import {
  byIdReasonIn,
  callVerdict,
  isLookupRefused,
  isThere,
  isThereAlready,
  leadVerdict,
} from './apiErrors.ts';
import type { LeadRules } from './leadRules.ts';
import type { ByIdReason } from './restErrorRules.ts';
import type { RecordVerdict, Wrote } from './wrote.ts';
import { shareOf } from './wrote.ts';
import {
  hasAsciiEmail,
  hasSecondary,
  hasKey,
  needsNoRecord,
  recordText,
  requestKeyOf,
  sentNames,
  upsertBody,
} from './record.ts';

/** One verdict for the whole call, or one for each update; none where no record was needed. */
type Upserted =
  | { readonly whole: Verdict }
  | {
      readonly each: readonly (Verdict | undefined)[];
      /** How a later request found Marketo closed to all. */
      readonly closed?: Unavailable;
    };

interface UpsertRequests {
  readonly rules: LeadRules;
  /** Sync Leads, with this body. */
  readonly write: (body: string) => Promise<RestCalled>;
  readonly find: AskLeads;
}

const notAscii: Verdict = {
  kind: 'refused',
  isOfLead: true,
  because: 'Marketo’s REST API takes no e-mail address with characters beyond ASCII',
};

const noKey: Verdict = {
  kind: 'refused',
  isOfLead: true,
  because: 'neither an e-mail is known, nor a value of the field by which Marketo finds leads',
};

const tooLarge: Verdict = {
  kind: 'refused',
  because: 'the call is larger than the 1 MB that Marketo takes',
};

/** No lead is to blame: all wait until somebody has corrected the settings. */
const wrongLookup: Verdict = {
  kind: 'unavailable',
  worked: false,
  because: 'Marketo finds no leads by this field: check marketo.lookupField in the settings',
};

const isKnown: Verdict = {
  kind: 'refused',
  isOfLead: true,
  isBySetting: true,
  because: isThereAlready,
};

/** Why no record of this update goes to Marketo, though it has something to write. */
export const refusalOf = (
  update: Update,
  { leads, lookupField }: LeadRules,
): Verdict | undefined => {
  if (!hasKey(update, lookupField)) return noKey;
  if (!hasAsciiEmail(update)) return notAscii;
  return leads === 'createOnly' && update.marketoId !== undefined ? isKnown : undefined;
};

/** Updates that go with one request. */
interface Batch {
  readonly sent: readonly Update[];
  /** The field that finds their leads. */
  readonly lookup: string;
  /** Where it makes leads. */
  readonly partition: string | undefined;
  /** It only makes leads, so that values for new ones may go along. */
  readonly isCreateOnly: boolean;
}

const batchOf = (update: Update, rules: LeadRules): Omit<Batch, 'sent'> => {
  const { lookup, partition } = requestKeyOf(update, rules);
  const { leads } = rules;
  // To make leads only, Marketo uses no other lookup field.
  const isFirst = lookup === 'email' && leads === 'createOrUpdate' && update.newOnly !== undefined;
  const isCreateOnly = lookup !== 'id' && (leads === 'createOnly' || isFirst);
  return { lookup, partition, isCreateOnly };
};

const verdictsOf = (
  called: RestCalled,
  { sent, lookup, partition, isCreateOnly }: Batch,
  rules: LeadRules,
  isAlone: boolean,
): Wrote => {
  if ('verdict' in called) return { whole: called.verdict };
  if ('notSent' in called)
    return {
      whole: { kind: 'unavailable', because: called.notSent, worked: false, isUnsent: true },
    };
  if ('complaints' in called) {
    if (isLookupRefused(called.complaints, lookup)) return { whole: wrongLookup };
    const names = new Map(sent.flatMap((update) => [...sentNames(update)]));
    return { whole: callVerdict(called.complaints, { names, alone: isAlone }) };
  }
  const answers = recordAnswers(called.result);
  if (!answers) return { whole: transportVerdict({ status: called.status }, 'a JSON answer') };
  // Without one answer for each lead, none can be told whose it is.
  if (answers.length !== sent.length) {
    const because = `Marketo answered for ${answers.length} leads when asked for ${sent.length}`;
    return { whole: { kind: 'unavailable', because, worked: true } };
  }
  const each = answers.map(
    ({ id, isWritten, isCreated, oddStatus, reasons }, index): RecordVerdict => {
      const update = sent[index];
      if (isWritten)
        return {
          verdict: {
            kind: 'synced',
            ...(id !== undefined && { marketoId: id }),
            ...(isCreated && { isCreated }),
            ...(update && !isCreateOnly && withheldOf(update)),
          },
        };
      const names = update ? sentNames(update) : new Map<string, string>();
      const byId = lookup === 'id' ? undefined : byIdReasonIn(reasons, { ...rules, partition });
      return {
        verdict: leadVerdict(reasons, {
          names,
          isById: lookup === 'id',
          leads: rules.leads,
          oddStatus,
        }),
        ...(byId && { byId }),
        ...(isCreateOnly && isThere(reasons) && { isThere: true as const }),
      };
    },
  );
  return { each };
};

/**
 * Creates or updates the leads of a call with one `leads.json` request; none is made where there is
 * nothing to write. Leads that only their id finds take two requests more. Updates with values for new
 * leads are to make their leads first; those whose leads Marketo has go once more, without these values.
 */
export const upsert = async (
  given: readonly Update[],
  requests: UpsertRequests,
): Promise<Upserted> => {
  const lost = given.filter((one) => one.formerEmails && one.marketoId === undefined);
  if (lost.length === 0) return upsertAll(given, requests);
  const { ids, verdicts, closed } = await findFormer(lost, requests);
  // Nothing was written yet.
  if (closed) return { whole: closed };
  const going = given.filter((one) => !verdicts.has(one));
  const located = going.map((one): Update => {
    const id = ids.get(one);
    return id === undefined ? one : { ...one, marketoId: id, byId: true };
  });
  const upserted =
    located.length > 0 ? await upsertAll(located, requests) : { each: [] as Verdict[] };
  if ('whole' in upserted) return upserted;
  const result = new Map(
    going.map((one, index) => {
      const foundId = ids.get(one);
      const verdict = upserted.each[index];
      return [one, foundId === undefined || !verdict ? verdict : { ...verdict, foundId }] as const;
    }),
  );
  return { ...upserted, each: given.map((one) => verdicts.get(one) ?? result.get(one)) };
};

/** The same without a look at former e-mails. */
const upsertAll = async (
  updates: readonly Update[],
  { rules, write, find }: UpsertRequests,
): Promise<Upserted> => {
  const written = new Map<Update, Verdict>();
  const toMend = new Map<Update, ByIdReason>();
  const send = async (batch: Batch): Promise<Wrote> => {
    const { sent, lookup, partition, isCreateOnly } = batch;
    const records = sent.map((one) => recordText(isCreateOnly ? one : forKnownLead(one), lookup));
    const leads = isCreateOnly ? 'createOnly' : rules.leads;
    const body = upsertBody(records, { lookup, rules: { ...rules, leads, partition } });
    if (Buffer.byteLength(body) > restLimits.bodyBytes) return { whole: tooLarge };
    return verdictsOf(await write(body), batch, rules, updates.length === 1);
  };
  const going = updates.filter((one) => !needsNoRecord(one) && !refusalOf(one, rules));
  // Planned for one field, a call may hold leads that another one finds since their locks were taken.
  const batches = batchesOf(going, rules);
  const toFind: Update[] = [];
  let closed: Unavailable | undefined;
  for (const batch of batches) {
    const { sent, lookup, partition } = batch;
    const wrote: Wrote = closed ? { whole: closed } : await send(batch);
    if ('whole' in wrote && written.size === 0) {
      if (batches.length === 1 || wrote.whole.kind === 'unavailable') return wrote;
    }
    if ('whole' in wrote && wrote.whole.kind === 'unavailable') closed = wrote.whole;
    const there: Update[] = [];
    for (const [index, update] of sent.entries()) {
      const result = 'each' in wrote ? wrote.each[index] : { verdict: shareOf(wrote.whole) };
      if (result) written.set(update, result.verdict);
      if (result && 'byId' in result) toMend.set(update, result.byId);
      if (result && 'isThere' in result) {
        if (rules.leads !== 'createOnly') there.push(update);
        else if (hasSecondary(update)) toFind.push(update);
      }
    }
    if (there.length > 0) addTo(batches, { sent: there, lookup, partition, isCreateOnly: false });
  }
  if (closed) for (const update of toMend.keys()) written.set(update, shareOf(closed));
  else if (toMend.size > 0) {
    const sendTo = (sent: readonly Update[], lookup: string): Promise<Wrote> =>
      send({ sent, lookup, partition: undefined, isCreateOnly: false });
    const mended = await updateById(toMend, written, { rules, send: sendTo, find });
    for (const [update, verdict] of mended.verdicts) written.set(update, verdict);
    closed = mended.closed;
  }
  if (!closed && toFind.length > 0) {
    const found = await findExisting(toFind, written, { rules, find });
    for (const [update, verdict] of found.verdicts) written.set(update, verdict);
    closed = found.closed;
  }
  const each = updates.map((update) =>
    needsNoRecord(update) ? undefined : (refusalOf(update, rules) ?? written.get(update)),
  );
  return { each, ...(closed && !closed.isUnsent && { closed }) };
};

/** The requests for these updates; those that only make leads come first. */
const batchesOf = (going: readonly Update[], rules: LeadRules): Batch[] => {
  const batches: Batch[] = [];
  for (const update of going) addTo(batches, { ...batchOf(update, rules), sent: [update] });
  return batches.sort((a, b) => Number(b.isCreateOnly) - Number(a.isCreateOnly));
};

/** Adds updates to the request of their kind. */
const addTo = (batches: Batch[], { sent, ...kind }: Batch): void => {
  const at = batches.findIndex(
    ({ lookup, partition, isCreateOnly }) =>
      lookup === kind.lookup && partition === kind.partition && isCreateOnly === kind.isCreateOnly,
  );
  const batch = batches[at];
  if (batch) batches[at] = { ...batch, sent: [...batch.sent, ...sent] };
  else batches.push({ sent, ...kind });
};
