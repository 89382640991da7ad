import { hashOf } from '../../lambdas/digest.ts';
import type { DeliveryLine, Logger } from '../../lambdas/delivery.ts';
import { errorName } from '../../lambdas/errorName.ts';
import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { SyncSidePorts } from '../../lambdas/worker/compose.ts';
import { absorbTiming, leadLimits, leadTiming, sweepTiming } from '../../lib/timing.ts';
import { createAudit } from './audit.ts';
import { hoursMs, naturalCharacter } from './character.ts';
import { createFaultyCounters } from './counters.ts';
import { createDice } from './dice.ts';
import { createFaults, isInjected } from './faults.ts';
import type { Posted } from './input.ts';
import { createInput, fieldsOfMarketo, isBadValue, isPoison } from './input.ts';
import { createLife } from './lives.ts';
import { createMarketo } from './marketo.ts';
import { createMarketoBooks } from './marketoBooks.ts';
import { createMunchkin } from './munchkin.ts';
import type { Planted } from './planted.ts';
import { createQueues } from './queues.ts';
import { createScheduler } from './scheduler.ts';
import { createReader } from './storage.ts';
import { createFaultyTable } from './table.ts';
import { createWorkers } from './workers.ts';

export type World = ReturnType<typeof createWorld>;

/** What there is to see of a world at one moment, to be compared with another. */
export interface Trace {
  readonly 'what Marketo has': string;
  readonly 'what mailboxes hold of fields': string;
  readonly 'the number of requests': number;
  readonly 'the number of due messages': number;
}

const absorbWorkers = 3;

const characterOf = (seed: number, { character, rates }: Planted) => {
  const own = { ...naturalCharacter(seed), ...character };
  return { ...own, rates: { ...own.rates, ...rates } };
};

/**
 * One world: the real worker, several at once, over queues, a table and a Marketo that keep their
 * documented rules and fail wherever they may, under a virtual clock. All of it follows from the seed.
 */
export const createWorld = (seed: number, planted: Planted = {}) => {
  const character = characterOf(seed, planted);
  const { events, inputMs, skewMs, startsAt } = character;
  const dice = createDice(seed);
  const scheduler = createScheduler(startsAt);
  const faults = createFaults(scheduler, dice, character.rates);
  const storage = createFaultyTable(faults, sweepTiming.shards);
  const reader = createReader(storage.rows);
  const queues = createQueues(scheduler, faults);
  const counters = createFaultyCounters(faults);
  const books = createMarketoBooks(scheduler.now);
  const munchkin = createMunchkin(faults);
  const habits = { ...character, has: fieldsOfMarketo(events), isBad: isBadValue, isPoison };
  const marketoFor = createMarketo({ scheduler, faults, dice, books, habits });
  const audit = createAudit({ scheduler, queues, ...reader });

  const lines: (DeliveryLine & { readonly at: number })[] = [];
  /** Errors that nobody injected. */
  const surprises: string[] = [];
  const logger: Logger = {
    delivery: (line) => lines.push({ at: scheduler.now(), ...line }),
    warn: () => undefined,
    error: (message, { error } = {}) => {
      if (error !== undefined && !isInjected(error)) surprises.push(`${message}: ${String(error)}`);
    },
  };
  const onThrow = (error: unknown): void => {
    if (!isInjected(errorName(error))) surprises.push(`a turn threw ${String(error)}`);
  };

  let calls = 0;
  const bear = () => {
    const life = createLife({ scheduler, faults, dice, skewMs, onThrow });
    const marketo = marketoFor(life.clock);
    const ports: SyncSidePorts = {
      table: life.guard(storage.table),
      due: life.guard(queues.due.port),
      munchkin: life.guard(munchkin.port),
      // Planning is no step that takes time or can fail.
      marketo: {
        ...life.guard(marketo),
        plan: (updates) => marketo.plan(updates),
        requests: (call) => marketo.requests(call),
      },
      api: character.api,
      counters: life.guard(counters),
      callLimits: character.callLimits,
      clock: life.clock,
      random: dice.next,
      logger,
      timing: leadTiming,
      limits: leadLimits,
      shards: sweepTiming.shards,
      visitTimeoutMs: absorbTiming.visitTimeoutMs,
      holdMs: character.holdMs,
      resendUnchangedAfterMs: hoursMs(24),
      newOwner: () => `call-${(calls += 1)}`,
    };
    return { life, ports: planted.ports?.(ports) ?? ports };
  };
  const acknowledged =
    planted.acknowledged ?? ((batch, failed) => batch.filter(({ id }) => !failed.includes(id)));
  const workers = createWorkers({ scheduler, faults, dice, queues, bear, acknowledged });

  const posted: Posted[] = [];
  const send = ({ event, group }: Posted, deduplication: string): void => {
    const body = JSON.stringify(planted.event?.(event) ?? event);
    queues.events.send({ body, group, deduplication: hashOf(deduplication) });
  };
  const post = async (): Promise<void> => {
    const make = createInput(createDice(~seed), character);
    for (let index = 0; index < events; index += 1) {
      await scheduler.sleep(dice.upTo(dice.chance(0.3) ? 100 : (2 * inputMs) / events));
      const one = make(index, scheduler.now());
      posted.push(one);
      send(one, one.event.messageId);
    }
  };

  return {
    seed,
    character,
    posted,
    lines,
    books,
    queues,
    ...reader,
    visited: munchkin.visited,
    dead: storage.dead,
    rewritten: storage.rewritten,
    surprises,
    overlooked: audit.overlooked,
    start: (): void => {
      void post();
      void audit.watchForEver();
      for (let count = 0; count < absorbWorkers; count += 1) void workers.absorbForEver();
      for (let count = 0; count < character.syncWorkers; count += 1) void workers.syncForEver();
      if (planted.sweeps !== false) void workers.sweepForEver();
    },
    pass: (ms: number): Promise<void> => scheduler.runUntil(scheduler.now() + ms),
    /** From now on nothing fails any more. */
    calm: faults.calm,
    isAtRest: (): boolean =>
      queues.events.isEmpty() &&
      queues.due.isEmpty() &&
      !reader.mailboxes().some(({ state }) => hasPending(state)),
    trace: (): Trace => ({
      'what Marketo has': JSON.stringify(
        [...books.leads].map(([lead, { fields }]) => [lead, [...fields]]),
      ),
      'what mailboxes hold of fields': JSON.stringify(
        reader.mailboxes().map(({ key, state }) => [key, state.fields]),
      ),
      'the number of requests': books.requests.length,
      'the number of due messages': queues.due.sent(),
    }),
    /**
     * Every event that names its person comes once more, as if its sender had found an old backup.
     * One that does not belongs to whom its keys name when it comes.
     */
    replay: (): void => {
      for (const one of posted)
        if (one.email !== undefined) send(one, `replay of ${one.event.messageId}`);
    },
  };
};
