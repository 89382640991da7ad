import type { ImportRow } from '../lead/importRow.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { importTiming } from '../limits.ts';
import type { LeadsTable } from './leadsTable.ts';

/** A job of Marketo's that we began. */
export interface ImportJob {
  /** The lock's owner in the mailboxes of its leads. */
  readonly owner: string;
  /** Marketo's id of it. */
  readonly job: string;
  readonly kind: string;
  readonly rows: number;
  /** Items that hold its rows, and how many of them are written down already. */
  readonly pages: number;
  readonly settled: number;
  readonly startedAt: EpochMs;
  /** When the locks of its leads end. */
  readonly lockedUntil: EpochMs;
  readonly pollAt: EpochMs;
  readonly polls: number;
  /** Calls that it has cost. */
  readonly calls: number;
}

/** What all workers know of bulk imports: one item of the leads table. */
export interface ImportsState {
  readonly jobs?: readonly ImportJob[];
  /** One worker looks after imports until then. */
  readonly turnUntil?: EpochMs;
  /** Leads of these kinds are left to imports until then. */
  readonly kinds?: readonly string[];
  readonly onUntil?: EpochMs;
  /** No import begins before. */
  readonly notBefore?: EpochMs;
  /** An operator asked for imports, which take what they can until then. */
  readonly askedUntil?: EpochMs;
}

/** The name of the shared item. */
export const importsItem = 'imports';

/** The lock's owner in the mailbox of a lead that is in an import. */
const ownerPrefix = 'import-';
export const importOwner = (id: string): string => `${ownerPrefix}${id}`;
export const isImportOwner = (owner: string | undefined): boolean =>
  owner?.startsWith(ownerPrefix) === true;

interface ImportStorePorts {
  readonly table: Pick<LeadsTable, 'read' | 'write'>;
  readonly clock: Clock;
}

/** An operator asks for imports, which then take whatever they can for a while. Resolves to until when. */
export const askForImports = async ({ table, clock }: ImportStorePorts): Promise<EpochMs> => {
  for (;;) {
    const now = clock.now();
    const stored = (await table.read([importsItem])).get(importsItem);
    const askedUntil = epochMs(now + importTiming.askedMs);
    const state = { ...(stored?.state as ImportsState | undefined), askedUntil };
    const version = stored === undefined ? now : stored.version + 1;
    if (await table.write(importsItem, { version, state }, stored?.version)) return askedUntil;
  }
};

const pageKey = (owner: string, page: number): string => `${owner}#${page}`;

/** Pages of rows: items of their own, since a job has more rows than one item holds. */
export const createImportPages = ({ table, clock }: ImportStorePorts) => ({
  /** Written once, before the file is uploaded. */
  save: async (owner: string, page: number, rows: readonly ImportRow[]): Promise<void> => {
    const now = clock.now();
    const expiresAt = epochMs(now + 2 * importTiming.jobKnownMs);
    // A retry by the SDK of what has landed loses its race against itself.
    await table.write(pageKey(owner, page), { version: now, state: rows, expiresAt }, undefined);
  },

  read: async (owner: string, page: number): Promise<readonly ImportRow[]> => {
    const key = pageKey(owner, page);
    return ((await table.read([key])).get(key)?.state ?? []) as readonly ImportRow[];
  },
});

export type ImportPages = ReturnType<typeof createImportPages>;
