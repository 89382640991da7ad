import { readAllPages } from '../../lambdas/aws/batchRead.ts';
import { hasPending } from '../../lambdas/lead/mailbox.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { hasHeld } from '../../lambdas/lead/keys.ts';
import { without } from '../../lambdas/lead/without.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { noFaults } from './quiet.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import {
  both,
  dyingInCalls,
  isSettling,
  nothingComesAgain,
  onPorts,
  onTable,
  onTiming,
} from './plantedFaultTools.ts';

const filed = 'what has something pending is in the index with its time, and nothing else is';
const inTime = 'what is due goes out within a minute or so, ticks or none';
const untouched = 'who waits is not touched';
const once = 'nothing goes out twice where nothing fails';
const rests = 'when input stops, everything comes to rest';
const spaced = 'a lead’s sync calls are 30 s apart by Marketo’s clock';
const limits = 'Marketo’s limits of calls are kept';

/** Nothing fails but what the schedule has to bear. */
const undisturbed = { ...noFaults, lostTicks: 1, staleIndexes: 0.3 };
const soon = { worksForMs: 5_000, indexLagMs: 3_000, isQuotaShort: false } as const;

const isLead = (key: string): boolean => key.startsWith('lead#');

/** Faults of the schedule: the index says who goes when, and ticks are hints. */
export const schedulePlantedFaults: Readonly<Record<string, PlantedFault>> = {
  'a put of a lead without its nextAt': {
    breaks: filed,
    ports: onTable((table) => ({
      write: (key, item, expected) =>
        table.write(key, isLead(key) ? without(item, 'entry') : item, expected),
    })),
  },
  'a put of a held event without its nextAt': {
    breaks: filed,
    ports: onTable((table) => ({
      write: (key, item, expected) =>
        table.write(key, key.startsWith('key#') ? without(item, 'entry') : item, expected),
    })),
  },
  'a visit that waits without a nextAt': {
    breaks: filed,
    ports: onTable((table) => ({
      write: (key, item, expected) =>
        table.write(key, key.startsWith('visit#') ? without(item, 'entry') : item, expected),
    })),
  },
  'a nextAt before the end of the lock': {
    breaks: filed,
    ports: onPorts(({ table, clock }) => ({
      table: {
        ...table,
        write: (key, { entry, ...item }, expected) => {
          const now = clock.now();
          const early = entry && { ...entry, nextAt: epochMs(Math.min(entry.nextAt, now)) };
          return table.write(
            key,
            { ...item, ...(entry && { entry: isLead(key) ? early : entry }) },
            expected,
          );
        },
      },
    })),
  },
  'a nextAt before the end of the backoff': {
    breaks: filed,
    ports: onTable((table) => ({
      write: (key, { entry, ...item }, expected) => {
        const { lockedUntil = 0, retryAt = 0 } = item.state as Mailbox;
        const isBackedOff = isLead(key) && entry && retryAt > lockedUntil;
        const early = isBackedOff ? { ...entry, nextAt: epochMs(lockedUntil) } : entry;
        return table.write(key, { ...item, ...(early && { entry: early }) }, expected);
      },
    })),
    rates: { failures: 0.5 },
  },
  'a nextAt that each event puts off': {
    breaks: filed,
    ports: onPorts(({ table, clock }) => ({
      table: {
        ...table,
        write: (key, item, expected) => {
          const { entry } = item;
          const later = entry && {
            ...entry,
            nextAt: epochMs(Math.max(entry.nextAt, clock.now() + 5_000)),
          };
          return table.write(
            key,
            { ...item, ...(later && isLead(key) && { entry: later }) },
            expected,
          );
        },
      },
    })),
  },
  'an entry that outlives its content': {
    breaks: filed,
    ports: onTable((table) => ({
      write: async (key, item, expected) => {
        const { entry } = (await table.read([key])).get(key) ?? {};
        const isOver = isLead(key) && !hasPending(item.state as Mailbox);
        const kept =
          isOver && entry && entry.lane !== 'legacy' ? { ...entry, lane: entry.lane } : undefined;
        return table.write(key, { ...item, ...(kept && { entry: kept }) }, expected);
      },
    })),
  },
  'a move that is half done and nobody’s': {
    breaks: filed,
    ports: onTable((table) => ({
      write: (key, item, expected) => {
        const { link } = item.state as IdentityRecord;
        const isMoving = key.startsWith('key#') && link && hasHeld(item.state as IdentityRecord);
        return table.write(key, isMoving ? without(item, 'entry') : item, expected);
      },
    })),
  },
  'no scheduled tick': {
    breaks: rests,
    scheduledTicks: false,
    rates: { ...nothingComesAgain, lostTicks: 1 },
  },
  'a tick that is needed: only leads that one names are looked at': {
    breaks: rests,
    ports: onTable((table) => ({
      due: (lane, ...look) =>
        lane === 'fields' || lane === 'rest'
          ? Promise.resolve({ items: [] })
          : table.due(lane, ...look),
    })),
    rates: { lostTicks: 0.5 },
  },
  'a tick that is needed: the end of a lock is looked for only then': {
    breaks: inTime,
    ports: onPorts(({ table, clock }) => ({
      table: {
        ...table,
        due: async (lane, shard, until, after) => {
          const found = await table.due(lane, shard, until, after);
          const items = found.items.filter(({ nextAt }) => nextAt > clock.now() - 500);
          const patience = clock.now() - 10 * 60_000;
          return { items: [...found.items.filter(({ nextAt }) => nextAt < patience), ...items] };
        },
      },
    })),
    rates: undisturbed,
    character: soon,
  },
  'more leads taken than the call carries': {
    breaks: untouched,
    ports: onPorts(({ table, clock }) => ({
      table: {
        ...table,
        write: async (key, item, expected) => {
          const isWritten = await table.write(key, item, expected);
          const { owner, lockedUntil } = item.state as Mailbox;
          if (!isWritten || !isLead(key) || owner === undefined) return isWritten;
          const { items } = await table.due('fields', 0, clock.now());
          for (const [other, { state, version }] of await table.read(items.map((one) => one.key))) {
            const mailbox = state as Mailbox;
            if (mailbox.owner !== undefined || lockedUntil === undefined) continue;
            const locked = { ...mailbox, owner, lockedUntil };
            const entry = { lane: 'fields', nextAt: lockedUntil } as const;
            await table.write(other, { version: version + 1, state: locked, entry }, version);
          }
          return true;
        },
      },
    })),
    rates: undisturbed,
    character: { ...soon, people: 8, shards: 1 },
  },
  'a ranking that starves the rest: looked at only beside fields': {
    breaks: rests,
    ports: onTable((table) => ({
      due: async (lane, shard, ...look) => {
        if (lane !== 'rest') return table.due(lane, shard, ...look);
        const first = await table.due('fields', shard, epochMs(Number.MAX_SAFE_INTEGER));
        return first.items.length === 0 ? { items: [] } : table.due(lane, shard, ...look);
      },
    })),
    rates: undisturbed,
    character: { ...soon, api: 'rest', hasActivities: true, shards: 1 },
  },
  'a deadline counted from after the locks': {
    breaks: spaced,
    ports: both(
      onPorts(({ marketo }) => ({
        marketo: {
          ...marketo,
          sync: (call, deadline, mayStart) =>
            marketo.sync(call, epochMs(deadline + 40_000), mayStart),
        },
      })),
      both(onTiming({ marketoWorksMs: 0 }), dyingInCalls(0.3)),
    ),
    rates: { slow: 0.2, timeouts: 0 },
    character: { slowestMs: 40_000, worksForMs: 1_000_000, people: 8, events: 200 },
  },
  'a settle that lost its race and gave up': {
    breaks: once,
    ports: onTable((table) => ({
      write: async (key, item, expected) => {
        if (await table.write(key, item, expected)) return true;
        const before = isLead(key) ? (await table.read([key])).get(key) : undefined;
        return before !== undefined && isSettling(item.state as Mailbox, before.state as Mailbox);
      },
    })),
    rates: undisturbed,
    character: { ...soon, people: 2, events: 200, worksForMs: 20_000 },
  },
  'keys that a batch read left unprocessed, forgotten': {
    breaks: once,
    readAll: (keys, readPage, pause) =>
      readAllPages(
        keys,
        async (page) => ({ items: (await readPage(page)).items, unprocessed: [] }),
        pause,
      ),
    rates: { ...undisturbed, unprocessedKeys: 0.3 },
    character: { ...soon, people: 2, events: 200, worksForMs: 20_000 },
  },
  'two calls of one worker at once': {
    breaks: limits,
    ports: onPorts(({ marketo }) => ({
      marketo: {
        ...marketo,
        sync: async (call, ...rest) => {
          const [first, ...others] = call;
          if (first === undefined || others.length === 0) return marketo.sync(call, ...rest);
          const answers = await Promise.all([
            marketo.sync([first], ...rest),
            marketo.sync(others, ...rest),
          ]);
          const each = answers.map((answer, index) =>
            'whole' in answer
              ? index === 0
                ? [answer.whole]
                : others.map(() => answer.whole)
              : answer.each,
          );
          return { each: each.flat() };
        },
      },
    })),
    rates: { kills: 0 },
    character: { people: 8, syncWorkers: 2 },
  },
};
