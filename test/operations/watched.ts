import { createLinesTwin } from '../twins/lines.ts';
import { createOperations } from '../../operations/operations.ts';
import { createWorld } from '../support/world.ts';
import { createParts, printed } from './parts.ts';

/** The whole pipeline against the simulated Marketo, and the operations that look at it. */
export const createWatched = async (options: Parameters<typeof createWorld>[0] = {}) => {
  const world = await createWorld({ api: 'rest', fieldMap: { userId: false }, ...options });
  const lines = createLinesTwin();
  let [told, called] = [0, 0];
  const relay = (): void => {
    const at = world.at();
    for (const call of world.calls.slice(called)) lines.write(printed(at, call));
    for (const line of world.lines.slice(told)) lines.write(printed(at, line));
    [told, called] = [world.lines.length, world.calls.length];
  };
  const parts = createParts({
    table: world.twin.table,
    clock: world.clock,
    letters: world.twin.dead,
    lines,
  });
  return {
    ...world,
    post: async (...messages: readonly object[]): Promise<void> => {
      await world.post(...messages);
      relay();
    },
    /** Lets things happen for so long, second by second, so that lines have their times. */
    run: async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        await world.run(1);
        relay();
      }
    },
    operations: createOperations(parts),
  };
};
