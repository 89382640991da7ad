import { marketoLimits } from '../../limits.ts';
import type { LeadFields, MarketoLeads, MayStart } from '../marketoPorts.ts';
import type { EpochMs } from '../../segment/time.ts';
import type { CallAnswer, Update, Verdict } from '../marketoTypes.ts';
import type { SoapLead } from './soapAnswers.ts';
import { isById } from '../byId.ts';
import { describedFields, foundLeads, statusVerdict, syncStatuses } from './soapAnswers.ts';
import type { SoapCalled, SoapCallerOptions } from './soapCaller.ts';
import { createSoapCaller } from './soapCaller.ts';
import { describeLeadRequest, getLeadRequest, syncRequest } from './params.ts';
import { forKnownLead, withheldOf } from '../newOnly.ts';
import { planSoapCalls } from './soapPlan.ts';
import { transportVerdict } from '../transport.ts';
import { verdictOf } from './soapErrorRules.ts';

interface SoapOptions extends SoapCallerOptions {
  /** Munchkin account id: a cookie names it together with its token. */
  readonly munchkinId: string;
}

interface SoapMarketo extends MarketoLeads {
  /** `mayStart` is asked right before each request; absent: always. */
  sync(call: readonly Update[], deadline: EpochMs, mayStart?: MayStart): Promise<CallAnswer>;
  fields(deadline: EpochMs, mayStart?: MayStart): Promise<LeadFields>;
  /** The leads with this e-mail. Rejects when it cannot tell. */
  getLead(email: string, deadline: EpochMs): Promise<readonly SoapLead[]>;
}

const namesIn = (call: readonly Update[]): ReadonlySet<string> =>
  new Set(call.flatMap(({ fields }) => fields.map(({ name }) => name)));

const unreadable = transportVerdict({ status: 200 }, 'a SOAP message');

const answerOf = (called: SoapCalled, updates: readonly Update[]): CallAnswer => {
  const call = updates.map(forKnownLead);
  if ('verdict' in called) return { whole: called.verdict };
  if ('fault' in called) {
    const sent = { names: namesIn(call), alone: call.length === 1, isById: call.some(isById) };
    return { whole: verdictOf(called.fault, sent) };
  }
  const statuses = syncStatuses(called.answer);
  if (!statuses) return { whole: unreadable };
  // Without one status for each lead, none can be told whose it is.
  if (statuses.length !== call.length) {
    const because = `Marketo answered for ${statuses.length} leads when asked for ${call.length}`;
    return { whole: { kind: 'unavailable', because, worked: true } };
  }
  const each = call.flatMap((update, index) => {
    const status = statuses[index];
    if (!status) return [];
    const verdict = statusVerdict(status, namesIn([update]), isById(update));
    return [verdict.kind === 'synced' ? { ...verdict, ...withheldOf(update) } : verdict];
  });
  return { each };
};

const always: MayStart = () => Promise.resolve(true);

const nothing = { names: new Set<string>(), alone: true };

const problem = (what: string, verdict: Verdict): Error =>
  new Error(`${what}: ${'because' in verdict ? verdict.because : verdict.kind}`);

/**
 * Marketo's lead API over SOAP. `plan` and `sync` speak in updates and verdicts; nothing of a value,
 * an e-mail or a credential gets into a verdict or an error.
 */
export const createSoapMarketo = ({ munchkinId, ...options }: SoapOptions): SoapMarketo => {
  const call = createSoapCaller(options);
  // Only syncLead can name a workspace; syncMultipleLeads would put new leads into another one.
  const max = options.workspace === undefined ? marketoLimits.leadsPerCall : 1;

  /** The id of a lead whose answers were lost, by the e-mails that it had; such a lead goes alone. */
  const former = async (
    [update]: readonly Update[],
    deadline: EpochMs,
    mayStart: MayStart,
  ): Promise<{ readonly id?: number } | { readonly verdict: Verdict }> => {
    if (update?.marketoId !== undefined) return {};
    for (const email of update?.formerEmails?.toReversed() ?? []) {
      const called = await call(getLeadRequest(email), deadline, mayStart);
      if ('fault' in called && called.fault.code === '20103') continue;
      const [lead] = ('answer' in called && foundLeads(called.answer)) || [];
      if (lead?.id !== undefined) return { id: lead.id };
      if (!('answer' in called)) return { verdict: unasked(failureIn(called)) };
    }
    return {};
  };

  const syncLeads = async (
    updates: readonly Update[],
    deadline: EpochMs,
    mayStart: MayStart,
  ): Promise<CallAnswer> => {
    const found = await former(updates, deadline, mayStart);
    if ('verdict' in found) return { whole: found.verdict };
    const { id } = found;
    if (id !== undefined) {
      const byId = updates.map((one) => ({ ...one, marketoId: id, byId: true as const }));
      const request = syncRequest(byId.map(forKnownLead), munchkinId);
      return withFoundId(answerOf(await call(request, deadline, mayStart), byId), id);
    }
    // Only the answer says whether Marketo makes the lead: what is for new ones follows then.
    const request = syncRequest(updates.map(forKnownLead), munchkinId);
    return answerOf(await call(request, deadline, mayStart), updates);
  };

  return {
    plan: (updates) => {
      const leads = updates.filter(({ company }) => company === undefined);
      const companies = updates.filter(({ company }) => company !== undefined);
      return [
        ...(leads.length > 0 ? planSoapCalls(leads, max) : []),
        ...companies.map((one) => [one]),
      ];
    },

    sync: (updates, deadline, mayStart = always) =>
      // It came while REST was in use: there is nothing like it here, and nobody is asked.
      updates.length > 0 && updates.every(({ company }) => company !== undefined)
        ? Promise.resolve({ each: updates.map(() => ({ kind: 'synced' as const })) })
        : syncLeads(updates, deadline, mayStart),

    fields: async (deadline, mayStart = always) => {
      const called = await call(describeLeadRequest, deadline, mayStart);
      const fields = 'answer' in called ? describedFields(called.answer) : undefined;
      if (fields) return fields;
      throw problem('Marketo did not list the fields of leads', failureIn(called));
    },

    getLead: async (email, deadline) => {
      const called = await call(getLeadRequest(email), deadline, always);
      if ('fault' in called && called.fault.code === '20103') return [];
      const leads = 'answer' in called ? foundLeads(called.answer) : undefined;
      if (leads) return leads;
      throw problem('Marketo did not look the lead up', failureIn(called));
    },
  };
};

/** Nothing was written; whatever stood in the way, the lead is looked up again. */
const unasked = (verdict: Verdict): Verdict =>
  verdict.kind === 'unavailable' || verdict.kind === 'synced'
    ? verdict
    : { kind: 'retry', because: `the lead could not be looked up: ${verdict.because}` };

const withFoundId = (answer: CallAnswer, foundId: number): CallAnswer => {
  const located = (verdict: Verdict): Verdict => ({ ...verdict, foundId });
  return 'whole' in answer
    ? { whole: located(answer.whole) }
    : { ...answer, each: answer.each.map(located) };
};

const failureIn = (called: SoapCalled): Verdict => {
  if ('verdict' in called) return called.verdict;
  return 'fault' in called ? verdictOf(called.fault, nothing) : unreadable;
};
