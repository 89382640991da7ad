import { leadTiming, marketoLimits } from '../../limits.ts';
import type { LeadFields, MarketoLeads, MayStart } from '../marketoPorts.ts';
import { epochMs } from '../../segment/time.ts';
import type { EpochMs } from '../../segment/time.ts';
import { noTimeLeft, transportVerdict } from '../transport.ts';
import type { CallAnswer, Update, Verdict } from '../marketoTypes.ts';
import { describedFields } from './restAnswers.ts';
import { addActivities } from './addActivities.ts';
import { associateAll, associatePath } from './associate.ts';
import type { Bounds, RestCalled, RestCallerOptions } from './restCaller.ts';
import { createRestCaller } from './restCaller.ts';
import { callVerdict } from './apiErrors.ts';
import type { LeadRules } from './leadRules.ts';
import { defaultRules } from './leadRules.ts';
import { createRestImports } from './imports/restImports.ts';
import { planRestCalls } from './restPlan.ts';
import { relate } from './relations/relate.ts';
import { removeLeads } from './remove.ts';
import { upsert } from './upsert.ts';

interface RestOptions extends RestCallerOptions {
  /** Munchkin account id: a cookie names it together with its token. */
  readonly munchkinId: string;
  /** What differs from how leads are found, made and updated by default. */
  readonly rules?: Partial<LeadRules>;
  /** How many cookies `plan` puts into one call, a request each; at least 1, absent: 4. */
  readonly cookiesPerCall?: number;
  /** Whether bulk imports are used; absent: they are. */
  readonly takesImports?: boolean;
  /** A signal that aborts after so many milliseconds. Absent: by the machine's clock. */
  readonly abortAfter?: (ms: number) => AbortSignal;
}

interface RestMarketo extends MarketoLeads {
  /** `mayStart` absent: always. Where it says no, what is left of the call waits. */
  sync(call: readonly Update[], deadline: EpochMs, mayStart?: MayStart): Promise<CallAnswer>;
  fields(deadline: EpochMs, mayStart?: MayStart): Promise<LeadFields>;
}

const late = {
  kind: 'unavailable',
  because: noTimeLeft,
  worked: false,
  isUnsent: true,
} as const;

const failureIn = (called: RestCalled): Verdict => {
  if ('verdict' in called) return called.verdict;
  if ('notSent' in called) return { ...late, because: called.notSent };
  return 'complaints' in called
    ? callVerdict(called.complaints, { names: new Map(), alone: true })
    : transportVerdict({ status: called.status }, 'a JSON answer');
};

/**
 * Marketo's lead API over REST. `plan` and `sync` speak in updates and verdicts; nothing of a value,
 * an e-mail, a token or a credential gets into a verdict or an error.
 */
export const createRestMarketo = ({
  munchkinId,
  rules: given,
  cookiesPerCall,
  takesImports = true,
  abortAfter = (ms) => AbortSignal.timeout(ms),
  ...options
}: RestOptions): RestMarketo => {
  const { clock } = options;
  const rules = { ...defaultRules, ...given };
  const call = createRestCaller(options);

  const signalFor = (deadline: EpochMs): AbortSignal =>
    abortAfter(Math.max(0, Math.min(deadline - clock.now(), leadTiming.callTimeoutMs)));

  const fields = async (deadline: EpochMs, mayStart?: MayStart): Promise<LeadFields> => {
    const called: RestCalled =
      clock.now() < deadline
        ? await call(
            { method: 'GET', path: 'leads/describe.json' },
            { signal: signalFor(deadline), lastStart: deadline, mayStart },
          )
        : { verdict: late };
    const described = 'result' in called ? describedFields(called.result) : undefined;
    if (described) return described;
    const failure = failureIn(called);
    const reason = 'because' in failure ? failure.because : failure.kind;
    throw new Error(`Marketo did not list the fields of leads: ${reason}`);
  };

  return {
    plan: (updates) =>
      planRestCalls(updates, {
        rules,
        ...(cookiesPerCall !== undefined && { cookiesPerCall }),
      }),

    sync: async (updates, deadline, mayStart) => {
      if (updates.length === 0 || updates.length > marketoLimits.leadsPerCall) {
        throw new RangeError(
          `A call takes 1 to ${marketoLimits.leadsPerCall} leads, not ${updates.length}: send what plan() returns.`,
        );
      }
      const begun = clock.now();
      if (begun >= deadline) return { whole: late };
      const bounds: Bounds = {
        signal: signalFor(deadline),
        // Marketo may go on working after we stop waiting: begun late, it would outlive the lock.
        lastStart: epochMs(Math.max(begun, deadline - leadTiming.marketoWorksMs)),
        mayStart,
      };
      const upserted = await upsert(updates, {
        rules,
        write: (body) => call({ method: 'POST', path: 'leads.json', body }, bounds),
        // A search changes nothing, so it may take until the deadline.
        find: (body) =>
          call(
            { method: 'POST', path: 'leads.json?_method=GET', body, isForm: true },
            { ...bounds, lastStart: deadline },
          ),
      });
      if ('whole' in upserted) return upserted;
      const added = await addActivities(updates, upserted.each, async (body) =>
        upserted.closed
          ? { verdict: upserted.closed }
          : call({ method: 'POST', path: 'activities/external.json', body }, bounds),
      );
      const related = await relate(updates, added.each, async (request) => {
        const closed = added.closed ?? upserted.closed;
        return closed ? { verdict: { ...closed, worked: false } } : call(request, bounds);
      });
      const { each, closed = added.closed ?? upserted.closed } = related;
      const answer = await associateAll(updates, each, async (id, token) =>
        closed
          ? { verdict: { ...closed, worked: false } }
          : call({ method: 'POST', path: associatePath(id, munchkinId, token) }, bounds),
      );
      return { ...(closed && { unavailable: closed }), ...answer };
    },

    fields,

    ...(takesImports && { imports: createRestImports({ rules, call, signalFor }) }),

    remove: (removals, deadline, mayStart) => {
      const bounds = { signal: signalFor(deadline), lastStart: deadline, mayStart };
      return removeLeads(removals, {
        find: (body) =>
          call({ method: 'POST', path: 'leads.json?_method=GET', body, isForm: true }, bounds),
        remove: (body) => call({ method: 'POST', path: 'leads/delete.json', body }, bounds),
      });
    },
  };
};
