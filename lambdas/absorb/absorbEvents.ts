import { digestOf, leadIdOf } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import type { AbsorbContext, Absorbed, NormalizedEvent, States } from '../lead/absorb.ts';
import { takeOver } from '../lead/absorb.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import { noteKeys, unlessBlank, staleSince, withoutGone } from '../lead/tombstone.ts';
import { leadsIn, withLeadsOf } from '../lead/identity.ts';
import { emptied, hasHeld, heldIn } from '../lead/keys.ts';
import type { LateEvent } from '../lead/applyTombstones.ts';
import { applyTombstones } from '../lead/applyTombstones.ts';
import { aliasOf, opened } from '../lead/mailbox.ts';
import { tooMuch } from '../lead/itemSize.ts';
import { isRelationSentOnce } from '../lead/relations.ts';
import type { DeadLetter, KeyId, IdentityRecord, LeadId, Link } from '../lead/leadTypes.ts';
import type { HistoryWriter } from '../history/historyPorts.ts';
import type { HistoryNotes } from '../history/recorder.ts';
import type { FieldPolicies } from '../marketo/fieldPolicies.ts';
import { policiesBy } from '../marketo/fieldPolicies.ts';
import type { Clock } from '../ports.ts';
import type { LeadsTable } from '../store/leadsTable.ts';
import type { Metrics } from '../metricNames.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import { createDeadLetterWriter } from '../store/deadLetterWriter.ts';
import { Eraser } from './eraser.ts';
import { createCompanies } from './companies.ts';
import { towardsTheOwner } from './halfDoneMove.ts';
import { reportWithdrawn } from './withdrawals.ts';
import type { Items } from './persist.ts';
import { createPersist } from './persist.ts';
import type { Loaded, Store } from '../store/leadStore.ts';
import type { ErasureResult } from './eraser.ts';

/** More lost races than this in a row are no coincidence: the batch comes again. */
const maxRaces = 30;

/** Why what a key held is in its lead's mailbox. */
export const emailTurnedUp = 'an e-mail turned up';

interface AbsorbEventsPorts {
  readonly store: Store;
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly resendUnchangedAfterMs: number;
  readonly emailChange: AbsorbContext['emailChange'];
  /** Whether the leads of a deleted user are deleted in Marketo, too. */
  readonly deletesLeads?: boolean | undefined;
  /** Where a deletion reaches the history; absent: none is kept. */
  readonly history?: Pick<HistoryWriter, 'erase'>;
  /** What the history is told beside the lines. */
  readonly notes?: HistoryNotes | undefined;
  /** The settings' say in when fields go out; absent: the defaults. */
  readonly fieldPolicies?: FieldPolicies;
}

export type AbsorbEvents = ReturnType<typeof createAbsorbEvents>;

/** Makes the content of events safe in the leads table. */
export const createAbsorbEvents = (ports: AbsorbEventsPorts) => {
  const { store, clock, limits, resendUnchangedAfterMs, emailChange, fieldPolicies = {} } = ports;
  const policyOf = policiesBy(fieldPolicies);

  const putDeadLetter = createDeadLetterWriter(ports);
  const eraser = new Eraser({ ...ports, putDeadLetter });
  const { saveLeads, persist } = createPersist(ports);
  const companies = createCompanies({ store, putDeadLetter });

  const context = (): AbsorbContext => ({
    now: clock.now(),
    resendUnchangedAfterMs,
    isSentOnce: (name) => policyOf(name) !== 'always' || isRelationSentOnce(name),
    digestOf,
    limits,
    emailChange,
  });

  const load = async (normalizedEvents: readonly NormalizedEvent[]): Promise<Items> => {
    const keys = await store.keys(normalizedEvents.flatMap(keysIn));
    const linked = [...keys.values()].flatMap(({ state }) => leadsIn(state?.link));
    const leads = await store.leadsOf([...normalizedEvents.flatMap(leadsNamed), ...linked]);
    return { keys: withLeads(keys, leads), leads };
  };

  /** Finishes the move of a worker that died between linking a key and emptying it. */
  const finishMove = async (
    key: KeyId,
    loaded: Loaded<IdentityRecord>,
    given: IdentityRecord,
  ): Promise<void> => {
    if (given.link === undefined) return;
    const own = leadIdOf(given.link.email);
    const leads = await store.leadsOf([given.link.lead, own]);
    const known = withLeadsOf(given, (id) => leads.get(id)?.state);
    const item = towardsTheOwner(known, own, (id) => leads.get(id)?.state);
    const { link = given.link } = item;
    const lead = leads.get(link.lead) ?? {};
    const deleted = staleSince(item, lead.state);
    if (deleted !== undefined) {
      await eraser.erase({ order: deleted, keys: [key], leads: [link.lead] });
      return;
    }
    if (lead.state === undefined && link.lead !== own && link.email !== '') {
      // As in every rename: before its lead has an e-mail, the e-mail names it.
      const alias = new Map([[own, aliasOf(link.lead, link.order)]]);
      if (!(await saveLeads(alias, leads))) return;
    }
    const home = opened(lead.state, link.email, link.order);
    const moved = takeOver(link.lead, home, item, context());
    const noted = moved && noteKeys(new Map([[link.lead, moved.mailbox]]), [[key, item]]);
    const dead = { because: tooMuch, lead: link.lead, ...heldIn(item) };
    if (noted === undefined) await putDeadLetter(dead);
    else if (!(await saveLeads(noted, new Map([[link.lead, lead]])))) return;
    const isSaved = await store.saveKey(key, loaded, emptied(item));
    if (!isSaved) return;
    ports.notes?.moved(messagesIn(dead), [key]);
    reportMove(ports.logger, dead, noted !== undefined);
    reportWithdrawn(ports.logger, moved?.withdrawn);
  };

  /** Finishes what others left half done: moves, and deletions of a lead's aliases. */
  const finishMoves = async ({ keys, leads }: Items): Promise<boolean> => {
    const isHalfDone = (item: IdentityRecord, { lead }: Link): boolean =>
      hasHeld(item) || staleSince(item, leads.get(lead)?.state) !== undefined;
    const halfDone = [...keys].flatMap(([key, loaded]) =>
      loaded.state?.link && isHalfDone(loaded.state, loaded.state.link)
        ? [{ key, loaded, item: loaded.state }]
        : [],
    );
    for (const { key, loaded, item } of halfDone) await finishMove(key, loaded, item);
    return halfDone.length > 0;
  };

  /** Events of a deleted user name what else is theirs; resolves to whether any was news. */
  const spread = async (late: readonly LateEvent[]): Promise<boolean> => {
    let isNews = false;
    for (const { order, keys } of late) {
      const { cookie, userId, anonymousId } = keys;
      const others = [cookie, anonymousId].filter((key) => key !== undefined);
      const named = [keys.named, keys.userIdNamed, keys.lookup];
      const leads = named.flatMap((one) => (one ? [one.lead] : []));
      const user = userId === undefined ? {} : { user: userId };
      const erased = await eraser.erase({ order, ...user, keys: others, leads });
      isNews ||= erased.changed;
    }
    return isNews;
  };

  return {
    /**
     * Absorbs the events of one FIFO group, in order; on a lost race it reads and decides again.
     * Resolves when all of them are safe; rejects when the table or a queue fails.
     */
    absorb: async (normalizedEvents: readonly NormalizedEvent[]): Promise<readonly Absorbed[]> => {
      for (let race = 0; race < maxRaces; race += 1) {
        const items = await load(normalizedEvents);
        if (await finishMoves(items)) continue;
        const deletedLead = (lead: LeadId) => items.leads.get(lead)?.state?.deleted;
        const { states, absorbed, late } = applyTombstones(
          { states: statesOf(items), deletedLead },
          normalizedEvents,
          context(),
        );
        if (await spread(late)) continue;
        for (const { dead } of absorbed) if (dead) await putDeadLetter(dead);
        if (!(await persist(items, states))) continue;
        return await companies(normalizedEvents, absorbed, context);
      }
      throw new Error(`lost ${maxRaces} races for one lead`);
    },
    /** Erases what is held of the user that these keys name, if it came before this order. */
    erase: ({ order, keys }: Pick<NormalizedEvent, 'order' | 'keys'>): Promise<ErasureResult> =>
      eraser.erase({
        order,
        ...(keys.userId !== undefined && { user: keys.userId }),
        isDelete: true,
        keys: keys.anonymousId === undefined ? [] : [keys.anonymousId],
        leads: keys.userIdNamed === undefined ? [] : [keys.userIdNamed.lead],
      }),
    finishMove,
    eraser,
    putDeadLetter,
  };
};

/** Says where the content of a half-done move ended: nobody else does. */
const reportMove = (logger: Logger, deadLetter: DeadLetter, isMoved: boolean): void => {
  const { lead, because } = deadLetter;
  const messages = messagesIn(deadLetter);
  if (lead === undefined || messages.length === 0) return;
  logger.delivery(
    isMoved
      ? { step: 'absorbed', lead, messages, because: emailTurnedUp }
      : { step: 'dead', lead, messages, because },
  );
};

const keysIn = ({ keys }: NormalizedEvent): KeyId[] =>
  [keys.cookie, keys.userId, keys.anonymousId].filter((key) => key !== undefined);

const leadsNamed = ({ keys }: NormalizedEvent): LeadId[] =>
  [keys.named, keys.userIdNamed, keys.hint, keys.lookup].flatMap((named) =>
    named ? [named.lead] : [],
  );

const withLeads = (keys: Items['keys'], leads: Items['leads']): Items['keys'] =>
  new Map(
    [...keys].map(([id, { state, ...loaded }]) => [
      id,
      state ? { ...loaded, state: withLeadsOf(state, (lead) => leads.get(lead)?.state) } : loaded,
    ]),
  );

const statesOf = ({ leads, keys }: Items): States => ({
  leads: new Map(
    [...leads].flatMap(([id, { state }]) => {
      // Who knows of nothing but a refusal is nobody, but the refusal counts.
      const mailbox = unlessBlank(state) ?? (state?.withdrawn && state);
      return mailbox ? [[id, mailbox]] : [];
    }),
  ),
  keys: new Map(
    [...keys].flatMap(([id, { state }]) =>
      state ? [[id, withoutGone(state, (lead) => leads.get(lead)?.state)]] : [],
    ),
  ),
});
