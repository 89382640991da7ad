import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendLanesOf } from '../../lambdas/aws/sendLanes.ts';

const queueEntriesOf = (groups: readonly string[]) =>
  groups.map((group, index) => ({ group, bytes: 1, index }));

describe('the lanes of a request', () => {
  it('hold every entry once, in order, and a group that fits in one lane', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (groups, groupEntries) => {
          const limits = { chunkEntries: 5, lanes: 4, groupEntries };
          const lanes = sendLanesOf(queueEntriesOf(groups), limits);
          expect(lanes.length).toBeLessThanOrEqual(4);
          const indexes = lanes.flatMap((lane) => lane.map(({ index }) => index));
          expect(indexes.toSorted((a, b) => a - b)).toEqual(groups.map((_, index) => index));
          for (const lane of lanes) {
            const order = lane.map(({ index }) => index);
            expect(order).toEqual(order.toSorted((a, b) => a - b));
          }
          for (const [group, members] of Map.groupBy(groups, (each) => each)) {
            const holding = lanes.filter((lane) => lane.some((each) => each.group === group));
            expect(holding.length).toBeLessThanOrEqual(Math.ceil(members.length / groupEntries));
          }
        },
      ),
    );
  });

  it('share a group that no lane alone would bring in time', () => {
    const limits = { chunkEntries: 10, lanes: 8, groupEntries: 750 };
    const lanes = sendLanesOf(queueEntriesOf(Array.from({ length: 2_500 }, () => 'one')), limits);
    expect(lanes.map(({ length }) => length)).toEqual([750, 750, 750, 250]);
  });
});
