import { leadLimits, leadTiming } from '../../../lambdas/limits.ts';
import type { LeadsTable } from '../../../lambdas/store/leadsTable.ts';
import type { TickQueue } from '../../../lambdas/store/tickQueue.ts';
import { createDead } from '../../../operations/dead/dead.ts';
import type { DeadEvents } from '../../../operations/dead/events.ts';
import type { DeadLetterStore } from '../../../operations/dead/deadLetterStore.ts';
import type { World } from '../../support/world.ts';
import { createLettersTwin } from './lettersTwin.ts';

const hourMs = 3_600_000;
/** Held values wait an hour. */
export const holdDays = 1 / 24;

/** A dead-letter queue on which nothing is. */
const noEvents: DeadEvents = {
  look: () => Promise.resolve({ events: [], hidden: 0 }),
  resend: () => Promise.resolve(new Map()),
  drop: () => Promise.resolve(new Map()),
};

/** Whoever resends and drops the dead letters of a world, through ports that a test may break. */
export const operatorOf = (
  world: World,
  broken: <T extends LeadsTable | TickQueue | DeadLetterStore>(port: T) => T = (port) => port,
) => {
  const tickQueue: TickQueue = {
    send: (ticks) => {
      for (const { delaySeconds, ...tick } of ticks)
        world.tickMessages.send({ body: JSON.stringify(tick), delaySeconds });
      return Promise.resolve();
    },
  };
  const dead = createDead({
    letters: broken(createLettersTwin(world.twin)),
    events: noEvents,
    table: broken(world.twin.table),
    tickQueue: broken(tickQueue),
    clock: world.clock,
    logger: {
      delivery: (line) => world.lines.push(line),
      call: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    timing: leadTiming,
    limits: leadLimits,
    holdMs: hourMs,
    resendUnchangedAfterMs: 24 * hourMs,
    emailChange: 'rename' as const,
  });
  const all = async () => (await dead.dead()).dead;
  return {
    ...dead,
    all,
    resendAll: async () => dead.resend((await all()).map(({ id }) => id)),
    dropAll: async () => dead.drop((await all()).map(({ id }) => id)),
  };
};
