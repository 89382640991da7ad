import { beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { SharedLine } from '../../lambdas/worker/line.ts';
import { createLine } from '../../lambdas/worker/line.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

describe('the line of leads that wait for the budget', () => {
  let now = noon;
  let line: SharedLine;
  let writes = 0;
  const pass = (ms: number): void => {
    now = epochMs(now + ms);
  };

  beforeEach(() => {
    now = noon;
    writes = 0;
    const { table } = createLeadsTableTwin(1);
    const counting: typeof table = {
      ...table,
      write: (...given) => {
        writes += 1;
        return table.write(...given);
      },
    };
    const due = { send: () => Promise.resolve() };
    const clock = { now: () => now };
    const store = createStore({ table: counting, due, clock, timing, holdMs: 1 });
    line = createLine({ store, clock, timing });
  });

  it('is not there until somebody joins', async () => {
    expect([await line.isOpen(), await line.isLookedFor()]).toEqual([false, false]);
    await line.swept({ isFound: false, isEmptied: true, areFieldsGone: true });
    expect(writes).toBe(0);
    await line.joining(true);
    expect([await line.isOpen(), await line.isLookedFor()]).toEqual(['to all', true]);
  });

  it('costs one write in half a minute, however many join', async () => {
    for (let n = 0; n < 50; n += 1) await line.joining(true);
    expect(writes).toBe(1);
    pass(timing.lineNoteMs);
    await line.joining(true);
    expect(writes).toBe(2);
  });

  it('stays open while the sweep leaves anybody standing', async () => {
    await line.joining(true);
    await line.swept({ isFound: true, isEmptied: false, areFieldsGone: false });
    expect(await line.isOpen()).toBe('to all');
  });

  it('does not make leads with fields wait for cookies', async () => {
    await line.joining(false);
    expect(await line.isOpen()).toBe('to extras');
    await line.joining(true);
    expect(await line.isOpen()).toBe('to all');
    await line.joining(false);
    expect(await line.isOpen()).toBe('to all');
    await line.swept({ isFound: true, isEmptied: false, areFieldsGone: true });
    expect(await line.isOpen()).toBe('to extras');
  });

  it('closes when all are called up, and opens for the next who joins at once', async () => {
    await line.joining(true);
    await line.swept({ isFound: true, isEmptied: true, areFieldsGone: true });
    expect(await line.isOpen()).toBe(false);
    await line.joining(true);
    expect(await line.isOpen()).toBe('to all');
  });

  it('is looked for long after it closed, since an index may show late who joined last', async () => {
    await line.joining(true);
    await line.swept({ isFound: true, isEmptied: true, areFieldsGone: true });
    pass(timing.lineMemoryMs - 1);
    await line.swept({ isFound: false, isEmptied: true, areFieldsGone: true });
    expect(await line.isLookedFor()).toBe(true);
    pass(1);
    await line.swept({ isFound: true, isEmptied: true, areFieldsGone: true });
    expect(await line.isLookedFor()).toBe(true);
    await line.swept({ isFound: false, isEmptied: true, areFieldsGone: true });
    expect(await line.isLookedFor()).toBe(false);
  });
});
