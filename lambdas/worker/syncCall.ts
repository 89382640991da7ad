import { digestOf } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import type { Snapshot } from '../lead/lock.ts';
import { isFree, lock } from '../lead/lock.ts';
import { hasPending, isCookiePending } from '../lead/mailbox.ts';
import type { LeadVerdict, SettleContext } from '../lead/settle.ts';
import { leaveOut, settle } from '../lead/settle.ts';
import type { LeadId, Mailbox } from '../lead/types.ts';
import type { Answer, Update, Verdict } from '../marketo/types.ts';
import type { Clock, DueQueue, LeadsTable, MarketoLeads, Random } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../../lib/timing.ts';
import { createReports } from './reports.ts';
import type { Loaded, Store } from './store.ts';
import type { FieldKnowledge } from './fieldKnowledge.ts';
import type { SharedWindow } from './window.ts';

/** More lost races than this in a row: another turn is busy with the lead; it comes back. */
const mostRaces = 8;

const noSuchField = 'Marketo has no such field';

interface SyncCallPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly due: DueQueue;
  readonly marketo: MarketoLeads;
  readonly window: SharedWindow;
  readonly fields: FieldKnowledge;
  readonly clock: Clock;
  readonly random: Random;
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly timing: LeadTiming;
}

/** A lead that goes into a call, as it was read. */
export interface Candidate {
  readonly lead: LeadId;
  readonly loaded: Loaded<Mailbox>;
}

/** A lead whose lock this call has taken. */
interface Locked {
  readonly lead: LeadId;
  readonly snapshot: Snapshot;
  /** What the lock write left in the table. */
  readonly loaded: Loaded<Mailbox>;
}

/** One Marketo call: take the locks that are free, call, settle each. */
export const createSyncCall = (ports: SyncCallPorts) => {
  const {
    store,
    table,
    due,
    marketo,
    window,
    fields: fieldKnowledge,
    clock,
    random,
    newOwner,
    logger,
    timing,
  } = ports;
  const reports = createReports(logger);

  /** Locks a lead and reads what to send; `undefined` when it has nothing to send now. */
  const lockOne = async (
    { lead, loaded: first }: Candidate,
    call: { readonly owner: string; readonly at: EpochMs; readonly cookie?: string },
    isUnknown: (name: string) => boolean,
  ): Promise<Locked | undefined> => {
    let loaded = first;
    for (let race = 0; race < mostRaces; race += 1) {
      if (race > 0) loaded = (await store.leads([lead])).get(lead) ?? {};
      const present = loaded.state;
      if (present === undefined) return undefined;
      const { mailbox, left } = leaveOut(present, isUnknown, noSuchField, {
        now: call.at,
        digestOf,
        timing,
      });
      // A lost race whose winner bears our owner was our own write, retried by the SDK: lock again.
      const isOurs = present.owner === call.owner;
      if (!hasPending(mailbox) || !(isOurs || isFree(mailbox, call.at))) {
        if (!(await store.saveLead(lead, loaded, mailbox))) continue;
        reports.leftOut(lead, left, noSuchField);
        return undefined;
      }
      const cookie = call.cookie === undefined ? undefined : mailbox.cookies[call.cookie];
      const isCookieOurs = cookie !== undefined && isCookiePending(cookie);
      const locked = lock(mailbox, {
        owner: call.owner,
        lockedUntil: epochMs(call.at + timing.leaseMs),
        ...(isCookieOurs && call.cookie !== undefined && { cookie: call.cookie }),
      });
      const hasContent = locked.snapshot.fields.length > 0 || locked.snapshot.cookie !== undefined;
      if (!hasContent) break;
      if (!(await store.lockLead(lead, loaded, locked.mailbox))) continue;
      reports.leftOut(lead, left, noSuchField);
      return { lead, snapshot: locked.snapshot, loaded: written(loaded, locked.mailbox) };
    }
    await due.send([{ lead, delaySeconds: 2 }]);
    return undefined;
  };

  const written = (loaded: Loaded<Mailbox>, state: Mailbox): Loaded<Mailbox> => ({
    state,
    ...(loaded.version !== undefined && { version: loaded.version + 1 }),
  });

  const settleOne = async (
    { lead, snapshot, loaded: first }: Locked,
    verdict: LeadVerdict,
    context: Pick<SettleContext, 'now' | 'callSize'>,
  ): Promise<void> => {
    let loaded = first;
    for (let race = 0; ; race += 1) {
      if (race > 0) loaded = (await store.leads([lead])).get(lead) ?? {};
      const present = loaded.state;
      if (present === undefined) return;
      const settled = settle(present, snapshot, verdict, {
        ...context,
        lead,
        random: random(),
        digestOf,
        timing,
      });
      if (settled?.dead) await table.bury(`${lead}#${snapshot.owner}`, settled.dead, context.now);
      if (!(await store.saveLead(lead, loaded, settled?.mailbox ?? present))) continue;
      // Not ours any more, or written by us and retried by the SDK: said already, or not ours to say.
      if (settled) reports.settled(lead, snapshot, verdict, settled);
      return;
    }
  };

  return async (candidates: readonly Candidate[], planned: readonly Update[]): Promise<void> => {
    const at = clock.now();
    const owner = newOwner();
    const cookieOf = new Map(planned.map(({ lead, cookie }) => [lead, cookie]));
    const isUnknown = await fieldKnowledge.unknown();
    const locks = await Promise.all(
      candidates.map((candidate) => {
        const cookie = cookieOf.get(candidate.lead);
        return lockOne(
          candidate,
          { owner, at, ...(cookie !== undefined && { cookie }) },
          isUnknown,
        );
      }),
    );
    const locked = locks.filter((one) => one !== undefined);
    if (locked.length === 0) return;
    const answer = await marketo.sync(locked.map(updateOf), epochMs(at + timing.callTimeoutMs));
    const now = clock.now();
    const verdicts = await decide(answer, locked);
    await Promise.all(
      verdicts.map(async (verdict, index) => {
        const one = locked[index];
        if (one) await settleOne(one, verdict, { now, callSize: locked.length });
      }),
    );
  };

  /** Draws the consequences for all leads, then says what the answer means for each. */
  async function decide(
    answer: Answer,
    locked: readonly Locked[],
  ): Promise<readonly LeadVerdict[]> {
    const whole = 'whole' in answer;
    const verdicts = whole ? locked.map(() => answer.whole) : answer.each;
    const comeBack = await passOn(verdicts, whole ? undefined : answer.unavailable);
    const own = !whole || locked.length === 1;
    const sent = new Set(locked.flatMap(({ snapshot }) => snapshot.fields.map(({ name }) => name)));
    return locked.map((_, index) => forLead(verdicts[index] ?? missing, { own, sent, comeBack }));
  }

  async function passOn(
    verdicts: readonly Verdict[],
    laterTrouble: string | undefined,
  ): Promise<() => EpochMs> {
    const found = verdicts.find((verdict) => verdict.kind === 'unavailable');
    const because = found?.because ?? laterTrouble;
    if (because !== undefined) return window.close(because);
    await window.open();
    const unknown = verdicts.flatMap((verdict) =>
      verdict.kind === 'field-refused' && verdict.unknown ? verdict.fields : [],
    );
    if (unknown.length > 0) await fieldKnowledge.remember([...new Set(unknown)]);
    return () => clock.now();
  }
};

const missing: Verdict = {
  kind: 'retry',
  because: 'Marketo answered for fewer leads than it was asked',
};

const updateOf = ({
  lead,
  snapshot: { email, fields, cookie },
  loaded: { state },
}: Locked): Update => ({
  lead,
  email,
  fields: fields.map(({ name, value }) => ({ name, value })),
  ...(cookie !== undefined && { cookie }),
  ...(state?.marketoId !== undefined && { marketoId: state.marketoId }),
});

const forLead = (
  verdict: Verdict,
  call: {
    readonly own: boolean;
    readonly sent: ReadonlySet<string>;
    readonly comeBack: () => EpochMs;
  },
): LeadVerdict => {
  switch (verdict.kind) {
    case 'synced':
      return verdict;
    case 'unavailable':
      return { ...verdict, until: call.comeBack() };
    case 'retry':
    case 'refused':
      return { ...verdict, own: call.own };
    case 'field-refused':
      // A refusal of a field that nobody sent would come back for ever.
      return verdict.fields.some((name) => call.sent.has(name))
        ? verdict
        : { kind: 'refused', because: verdict.because, own: call.own };
  }
};

export type SyncCall = ReturnType<typeof createSyncCall>;
