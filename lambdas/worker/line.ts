import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Store } from '../store/leadStore.ts';

/*
 * Leads that the budget has no calls for stand in line: they wait in their mailboxes, without a due
 * message, in the order in which they joined, and the sweep calls up as many as the budget carries.
 *
 *   refused once      a due message, 2 to 30 s later
 *   refused again, or for more than 15 min ──▶ line ──▶ called up ──▶ a due message within a minute
 *   first time, while others stand in line ──▶ line
 *
 * Leads with fields stand before those that only have cookies or activities to tell, whenever they
 * came, and a lead with fields does not join for the sake of those.
 */

interface Line {
  /** Leads that have not waited yet join instead of asking the budget; with fields, too, or not. */
  readonly isOpen: 'to all' | 'to extras' | false;
  /** When somebody joined last, to `lineNoteMs`. */
  readonly joinedAt: EpochMs;
}

interface LinePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly timing: Pick<LeadTiming, 'lineNoteMs' | 'lineMemoryMs'>;
}

/** What a sweep found of the line. */
interface Swept {
  /** Somebody stood in it. */
  readonly isFound: boolean;
  /** Nobody was left standing. */
  readonly isEmptied: boolean;
  /** Nobody with fields was. */
  readonly areFieldsGone: boolean;
}

export type SharedLine = ReturnType<typeof createLine>;

/** Whether leads stand in line, as all workers know it: one item of the leads table. */
export const createLine = ({ store, clock, timing }: LinePorts) => {
  const item = store.shared<Line | null>('line');

  return {
    /** Which leads that have not waited yet are to join. */
    isOpen: async (): Promise<Line['isOpen']> => (await item.load()).state?.isOpen ?? false,

    /** Whether anybody may stand in it. */
    isLookedFor: async (): Promise<boolean> => !!(await item.load()).state,

    /** Before leads join. */
    joining: async (withFields: boolean): Promise<void> => {
      for (;;) {
        const loaded = await item.load();
        const now = clock.now();
        const { isOpen = false, joinedAt = 0 } = loaded.state ?? {};
        const next = withFields || isOpen === 'to all' ? 'to all' : 'to extras';
        if (isOpen === next && now - joinedAt < timing.lineNoteMs) return;
        if (await item.save(loaded, { isOpen: next, joinedAt: now })) return;
      }
    },

    /** After the sweep: it closes where nobody was left, and is forgotten where nobody came for long. */
    swept: async ({ isFound, isEmptied, areFieldsGone }: Swept): Promise<void> => {
      const loaded = await item.load();
      const line = loaded.state;
      if (!line) return;
      if (!isEmptied) {
        if (areFieldsGone && line.isOpen === 'to all')
          await item.save(loaded, { ...line, isOpen: 'to extras' });
        return;
      }
      const isOld = clock.now() - line.joinedAt >= timing.lineMemoryMs;
      if (isOld && !isFound) await item.save(loaded, null);
      else if (line.isOpen) await item.save(loaded, { ...line, isOpen: false });
    },
  };
};
