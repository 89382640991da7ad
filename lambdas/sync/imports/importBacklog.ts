import type { ImportLimits } from '../../limits.ts';
import type { LeadId } from '../../lead/leadTypes.ts';
import { isReady } from '../../lead/schedule.ts';
import type { LeadImports } from '../../marketo/marketoPorts.ts';
import type { Clock } from '../../ports.ts';
import type { EpochMs } from '../../segment/time.ts';
import type { Store } from '../../store/leadStore.ts';
import { parseKey } from '../../store/leadStore.ts';
import type { ReadyLead } from '../callPlan.ts';
import type { DueIndex } from '../dueIndex.ts';
import type { FieldsToSend } from '../schemaCache.ts';
import { plannedImport } from './plannedUpdate.ts';

interface ImportBacklogPorts {
  readonly imports: Pick<LeadImports, 'kindOf' | 'rowOf' | 'keyOf'>;
  readonly index: Pick<DueIndex, 'due'>;
  readonly store: Pick<Store, 'leads'>;
  readonly clock: Clock;
  readonly limits: ImportLimits;
}

/** Leads that one file can carry. */
interface Group {
  readonly kind: string;
  readonly leads: readonly ReadyLead[];
}

interface Open {
  readonly leads: ReadyLead[];
  readonly keys: Set<string>;
  bytes: number;
  isFull: boolean;
}

const readAtOnce = 100;

/**
 * The leads of a backlog by the kind of file that can carry them, the earliest first; largest kind first. Reads
 * until one file is full.
 */
export const createImportBacklog = ({
  imports,
  index,
  store,
  clock,
  limits,
}: ImportBacklogPorts) => {
  const add = (groups: Map<string, Open>, one: ReadyLead, known: FieldsToSend): void => {
    if (!isReady(one.loaded.state, clock.now())) return;
    const planned = plannedImport(one, known, imports, clock.now());
    if (planned === undefined) return;
    const { kind, update } = planned;
    const group = groups.get(kind) ?? { leads: [], keys: new Set(), bytes: 0, isFull: false };
    groups.set(kind, group);
    const key = imports.keyOf(update, kind);
    if (group.isFull || group.keys.has(key)) return;
    const bytes = Buffer.byteLength(imports.rowOf(update, kind));
    group.isFull = group.bytes + bytes > limits.fileBytes || group.leads.length >= limits.rows;
    if (group.isFull) return;
    group.bytes += bytes;
    group.keys.add(key);
    group.leads.push(one);
  };

  return async (known: FieldsToSend, until: EpochMs): Promise<readonly Group[]> => {
    const groups = new Map<string, Open>();
    let read = 0;
    let bytes = 0;
    let next: LeadId[] = [];
    const isEnough = (): boolean =>
      read >= limits.leadsRead ||
      bytes >= limits.bytesRead ||
      [...groups.values()].some(({ isFull, leads }) => isFull || leads.length >= limits.rows);
    const addNext = async (): Promise<void> => {
      for (const [lead, { state, ...item }] of await store.leads(next)) {
        if (state === undefined) continue;
        bytes += JSON.stringify(state).length;
        add(groups, { lead, loaded: { ...item, state } }, known);
      }
      read += next.length;
      next = [];
    };
    for await (const { key } of index.due(['fields'], until)) {
      const { lead } = parseKey(key);
      if (lead === undefined) continue;
      next.push(lead);
      if (next.length < readAtOnce) continue;
      await addNext();
      if (isEnough()) break;
    }
    if (!isEnough() && next.length > 0) await addNext();
    return [...groups]
      .map(([kind, { leads }]) => ({ kind, leads }))
      .sort((a, b) => b.leads.length - a.leads.length);
  };
};

export type ImportBacklog = ReturnType<typeof createImportBacklog>;
