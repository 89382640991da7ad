import { hashOf } from '../../lambdas/digest.ts';
import type { DeliveryLine, Logger } from '../../lambdas/delivery.ts';
import { errorName } from '../../lambdas/errorName.ts';
import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import { absorbTiming, leadLimits, leadTiming } from '../../lambdas/limits.ts';
import { createAudit } from './audit.ts';
import type { Character } from './character.ts';
import { naturalCharacter } from './character.ts';
import { createFaultyCounters } from './counters.ts';
import { isDeletedByName, isUnvouched } from './deletions.ts';
import { createDice } from './dice.ts';
import { createFaults, isInjected } from './faults.ts';
import type { Posted } from './input.ts';
import { createInput, fieldsLacking, fieldsOfMarketo, isBadValue, sentOnce } from './input.ts';
import type { Trouble } from './workerInstance.ts';
import { createWorkerInstance } from './workerInstance.ts';
import { createMarketo } from './marketo.ts';
import { createMarketoBooks } from './marketoBooks.ts';
import { createMunchkin } from './munchkin.ts';
import { otherSystemsAtWork } from './otherSystems.ts';
import type { Planted } from './planted.ts';
import { createQueues } from './queues.ts';
import { createScheduler } from './scheduler.ts';
import { isPoison } from './senders.ts';
import { isUndisturbed } from './undisturbed.ts';
import { createRelationInput, firstRelationEvent } from './relationInput.ts';
import { createReader } from './storage.ts';
import { createFaultyTable } from './table.ts';
import { rulesOf } from './tracks.ts';
import { createWorkers } from './workers.ts';
import { noMetrics } from '../twins/metrics.ts';

export type World = ReturnType<typeof createWorld>;

/** What there is to see of a world at one moment, to be compared with another. */
export interface Trace {
  readonly 'what Marketo has': string;
  readonly 'what mailboxes hold of fields': string;
  readonly 'the number of requests': number;
  readonly 'the number of ticks': number;
}

const absorbWorkers = 3;

export const characterOf = (seed: number, { character, rates }: Planted): Character => {
  const own = { ...naturalCharacter(seed), ...character };
  return {
    ...own,
    // Over SOAP the settings refuse them.
    ...(own.api === 'soap' && { relations: [], relationEvents: 0 }),
    rates: { ...own.rates, ...rates },
  };
};

/**
 * One world: the real worker, several at once, over queues, a table and a Marketo that keep their
 * documented rules and fail wherever they may, under a virtual clock. All of it follows from the seed.
 */
export const createWorld = (seed: number, planted: Planted = {}) => {
  const character = characterOf(seed, planted);
  const { events, inputMs, isQuotaShort, down, luck, skewMs, skipped, startsAt } = character;
  const { relationEvents } = character;
  const dice = createDice(Math.imul(seed, 0x01000193) + luck);
  const scheduler = createScheduler(startsAt);
  const faults = createFaults({ scheduler, dice, ...character });
  const audit = createAudit({ now: scheduler.now, character });
  const { onWrite } = audit;
  const { readAll } = planted;
  const storage = createFaultyTable({
    scheduler,
    faults,
    dice,
    character,
    onWrite,
    ...(readAll && { readAll }),
  });
  const reader = createReader(storage.rows);
  const queues = createQueues(scheduler, faults);
  const counters = createFaultyCounters(faults);
  const { now } = scheduler;
  const { idKnown } = reader;
  const books = createMarketoBooks({ now, idKnown, ...character });
  const munchkin = createMunchkin(faults);
  const habits = {
    ...character,
    has: fieldsOfMarketo(events),
    lacks: fieldsLacking,
    isBad: isBadValue,
    isPoison,
  };
  const marketoFor = createMarketo({ scheduler, faults, dice, books, habits });

  const lines: (DeliveryLine & { readonly at: number })[] = [];
  /** Errors that nobody injected. */
  const surprises: string[] = [];
  const logger: Logger = {
    delivery: (line) => lines.push({ at: scheduler.now(), ...line }),
    call: () => undefined,
    warn: () => undefined,
    error: (message, { error } = {}) => {
      if (error !== undefined && !isInjected(error)) surprises.push(`${message}: ${String(error)}`);
    },
  };
  const onThrow = (error: unknown): void => {
    if (!isInjected(errorName(error))) surprises.push(`a turn threw ${String(error)}`);
  };

  let isCalm = false;
  let calls = 0;
  let portCalls = 0;
  const troubleNow = (): Trouble | undefined => {
    portCalls += 1;
    return portCalls === planted.trouble?.at ? planted.trouble.kind : undefined;
  };

  const bear = () => {
    const instance = createWorkerInstance({ scheduler, faults, dice, skewMs, onThrow, troubleNow });
    const marketo = marketoFor(instance.clock);
    const ports: SyncSidePorts = {
      table: instance.guard(storage.table),
      tickQueue: instance.guard(queues.ticks.port),
      munchkin: instance.guard(munchkin.port),
      // Planning is no step that takes time or can fail.
      marketo: { ...instance.guard(marketo), plan: (updates) => marketo.plan(updates) },
      api: character.api,
      counters: instance.guard(counters),
      sleep: scheduler.sleep,
      callLimits: character.callLimits,
      clock: instance.clock,
      random: dice.next,
      logger,
      metrics: noMetrics,
      unknownFields: character.unknownFields,
      timing: leadTiming,
      limits: leadLimits,
      shards: character.shards,
      visitTimeoutMs: absorbTiming.visitTimeoutMs,
      holdMs: character.holdMs,
      resendUnchangedAfterMs: character.resendUnchangedAfterMs,
      emailChange: character.emailChange,
      ...(character.hasSentOnce && { fieldPolicies: { [sentOnce]: 'changed' } }),
      newOwner: () => `call-${(calls += 1)}`,
    };
    return { instance, ports: planted.ports?.(ports) ?? ports };
  };
  const acknowledged =
    planted.acknowledged ?? ((batch, failed) => batch.filter(({ id }) => !failed.includes(id)));
  /** By the ids of their messages. */
  const sent = new Map<string, Posted>();
  /** When each event was acknowledged first, by its messageId. */
  const doneAt = new Map<string, number>();
  const onDone = ({ id }: { readonly id: string }): void => {
    const messageId = sent.get(id)?.event.messageId;
    if (messageId !== undefined && !doneAt.has(messageId)) doneAt.set(messageId, scheduler.now());
  };
  const rules = rulesOf(character);
  const workers = createWorkers({
    scheduler,
    faults,
    dice,
    queues,
    bear,
    rules,
    acknowledged,
    acknowledgesEarly: planted.acknowledgesEarly ?? false,
    isLongWait: () => isCalm && (isQuotaShort || (down !== undefined && scheduler.now() < down.to)),
    onDone,
  });

  const posted: Posted[] = [];
  const send = (one: Posted, deduplication: string): void => {
    const { event, group } = one;
    const body = JSON.stringify(planted.event?.(event) ?? event);
    sent.set(queues.events.send({ body, group, deduplication: hashOf(deduplication) }), one);
  };
  const post = async (
    { first, count }: { readonly first: number; readonly count: number },
    make: (index: number, now: number) => Posted,
  ): Promise<void> => {
    for (let index = first; index < first + count; index += 1) {
      await scheduler.sleep(dice.upTo(dice.chance(0.3) ? 100 : (2 * inputMs) / count));
      const one = make(index, scheduler.now());
      if (skipped.includes(index)) continue;
      posted.push(one);
      send(one, one.event.messageId);
    }
  };

  return {
    seed,
    character,
    posted,
    doneAt,
    lines,
    books,
    queues,
    ...reader,
    visited: munchkin.visited,
    dead: storage.dead,
    rewritten: storage.rewritten,
    struck: faults.struck,
    surprises,
    misfiled: audit.misfiled,
    taken: audit.taken,
    replacedAt: audit.replacedAt,
    /** Nothing happens but what the schedule has to bear. */
    isUndisturbed: planted.trouble === undefined && isUndisturbed(character),
    start: (): void => {
      void post({ first: 0, count: events }, createInput(createDice(~seed), character));
      if (relationEvents > 0)
        void post(
          { first: firstRelationEvent, count: relationEvents },
          createRelationInput(createDice(Math.imul(~seed, 0x27d4eb2f)), character),
        );
      const until = startsAt + character.stormMs;
      void otherSystemsAtWork({ scheduler, faults, dice, marketo: books.marketo, until });
      for (let count = 0; count < absorbWorkers; count += 1) void workers.absorbForEver();
      for (let count = 0; count < character.syncWorkers; count += 1) void workers.syncForEver();
      if (planted.scheduledTicks !== false) void workers.scheduleForEver();
    },
    now: scheduler.now,
    steps: scheduler.steps,
    portCalls: () => portCalls,
    pass: (ms: number): Promise<void> => scheduler.runUntil(scheduler.now() + ms),
    /** From now on nothing fails any more. */
    calm: (): void => {
      isCalm = true;
      faults.calm();
    },
    isAtRest: (): boolean =>
      queues.events.isEmpty() &&
      queues.ticks.isEmpty() &&
      !workers.isSyncing() &&
      // Until then the scheduled tick makes another one, though a deletion took all that could go.
      reader.breakerOpenUntil() <= scheduler.now() &&
      !reader.mailboxes().some(({ state }) => hasPending(state)),
    trace: (): Trace => ({
      'what Marketo has': JSON.stringify([
        [...books.leads].map(([id, { email, fields, activities, requests }]) => [
          id,
          email,
          [...fields],
          [...activities],
          [...requests],
        ]),
        [...books.relations.companies].map(([id, { values }]) => [id, [...values]]),
      ]),
      // A late event of a deleted user may leave a tombstone that holds nothing.
      'what mailboxes hold of fields': JSON.stringify(
        reader
          .mailboxes()
          .filter(({ state }) => Object.keys(state.fields).length > 0)
          .map(({ key, state }) => [key, state.fields]),
      ),
      'the number of requests': books.requests.length,
      // Whoever waits for the pace of the day does not know whether there is anything to do then.
      'the number of ticks': character.isQuotaShort ? 0 : queues.ticks.sent(),
    }),
    /**
     * Events come once more, as if their sender had found an old backup: those that cannot mean
     * anything else by now. One that does not name its person belongs to whom its keys name, a visit
     * finds the cookie that is known, and where users were deleted, keys have forgotten whom they
     * named: there all deletions come, and what their users did before.
     */
    replay: (): void => {
      for (const one of posted) {
        const isSame = one.email !== undefined && !one.isVisit && !character.hasDeletes;
        // What a server held for a user counts until its hold ends; then a page may name them again.
        if (isUnvouched(posted, one)) continue;
        const mayComeAgain = isSame || one.event.type === 'delete' || isDeletedByName(posted, one);
        if (mayComeAgain) send(one, `replay of ${one.event.messageId}`);
      }
    },
  };
};
