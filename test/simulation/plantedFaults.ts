import { without } from '../../lambdas/lead/without.ts';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { callLimits, leadTiming } from '../../lambdas/limits.ts';
import { deletionPlantedFaults } from './plantedFaultsDeletions.ts';
import { leadPlantedFaults } from './plantedFaultsLeads.ts';
import { morePlantedFaults } from './plantedFaultsMore.ts';
import { relationPlantedFaults } from './plantedFaultsRelations.ts';
import { schedulePlantedFaults } from './plantedFaultsSchedule.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import {
  both,
  dyingInCalls,
  isSettling,
  nothingComesAgain,
  onAnswers,
  onMailboxes,
  onPorts,
  onTable,
  onTiming,
  withFields,
} from './plantedFaultTools.ts';

const spaced = 'a lead’s sync calls are 30 s apart by Marketo’s clock';
const slowMarketo = { worksForMs: 1_000_000 };
const manyPeople = { people: 8, events: 200 };

/** Faults that somebody could make, with the kind of world that brings each to light. */
export const plantedFaults: Readonly<Record<string, PlantedFault>> = {
  'a lock of 20 s': {
    breaks: spaced,
    ports: onTiming({ lockMs: 20_000 }),
  },
  'a lock released when the call ends': {
    breaks: spaced,
    ports: onMailboxes((mailbox, before) =>
      isSettling(mailbox, before) ? without(mailbox, 'lockedUntil') : mailbox,
    ),
  },
  'a lease that ends with the call': {
    breaks: spaced,
    ports: both(onTiming({ leaseMs: leadTiming.callTimeoutMs }), dyingInCalls(0.3)),
    rates: { timeouts: 0 },
    character: slowMarketo,
  },
  'one owner for all calls, so that any of them may settle': {
    breaks: spaced,
    ports: onPorts(() => ({ newOwner: () => 'the one' })),
    rates: { duplicates: 0.3, slow: 0.2 },
  },
  'failed messages acknowledged': {
    breaks: 'no accepted event is lost',
    acknowledged: (batch) => batch,
  },
  'writes that look at no version': {
    breaks: 'no accepted event is lost',
    ports: onTable((table) => ({
      write: async (key, item) =>
        table.write(key, item, (await table.read([key])).get(key)?.version),
    })),
  },
  'dead letters that nobody writes': {
    breaks: 'no accepted event is lost',
    ports: onTable(() => ({ putDeadLetter: () => Promise.resolve() })),
  },
  'what came during a call taken as sent with it': {
    breaks: 'no accepted event is lost',
    ports: onMailboxes((mailbox, before) => {
      const isSynced = isSettling(mailbox, before) && mailbox.attempts === undefined;
      return isSynced ? withFields(mailbox, (field) => without(field, 'value')) : mailbox;
    }),
  },
  'a digest left behind by a call that failed': {
    breaks: 'Marketo ends with the winner of each field',
    ports: onMailboxes((mailbox, before) =>
      withFields(mailbox, (field, name) => {
        const { digest, sentAt } = before.fields[name] ?? {};
        const isDropped = field.digest === undefined && digest !== undefined;
        return isDropped && sentAt !== undefined ? { ...field, digest, sentAt } : field;
      }),
    ),
    rates: { ...nothingComesAgain, failures: 0.6 },
    character: { ...manyPeople, api: 'rest', describes: 'always', down: undefined },
  },
  'events ordered by their messageIds': {
    breaks: 'Marketo ends with the winner of each field',
    event: (event) => ({ ...event, order: event.messageHash.padStart(33, '0') as SequenceKey }),
  },
  'cookies that no lead claims': {
    breaks: 'no cookie goes to Marketo with two leads',
    ports: onPorts(() => ({ api: 'rest' })),
    character: { api: 'soap' },
  },
  'a refusal of a shared call taken by each of its leads': {
    breaks: 'nothing becomes a dead letter without a refusal of its own',
    ports: onAnswers((answer, call) =>
      'whole' in answer && answer.whole.kind === 'refused'
        ? { each: call.map(() => answer.whole) }
        : answer,
    ),
    character: { ...manyPeople, api: 'rest', describes: 'always', hasPoison: true },
  },
  'slots that never run out': {
    breaks: 'Marketo’s limits of calls are kept',
    ports: onPorts(({ counters }) => ({
      counters: { ...counters, add: () => Promise.resolve(true) },
    })),
    character: { callLimits: { ...callLimits.soap, dailyCalls: 20 } },
  },
  ...morePlantedFaults,
  ...schedulePlantedFaults,
  ...leadPlantedFaults,
  ...deletionPlantedFaults,
  ...relationPlantedFaults,
};
