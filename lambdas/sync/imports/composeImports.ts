import type { PipelinePorts } from '../../absorb/pipeline.ts';
import { errorName } from '../../errorName.ts';
import { importLimits, importTiming } from '../../limits.ts';
import type { ImportLimits } from '../../limits.ts';
import type { Api } from '../../marketo/leadApis.ts';
import type { LeadImports } from '../../marketo/marketoPorts.ts';
import type { Sleep } from '../../ports.ts';
import type { ImportsState } from '../../store/importStore.ts';
import { createImportPages, importsItem } from '../../store/importStore.ts';
import type { Budget } from '../budget.ts';
import type { CircuitBreaker } from '../circuitBreaker.ts';
import type { DueIndex } from '../dueIndex.ts';
import type { LockPorts } from '../locks.ts';
import { createLocks } from '../locks.ts';
import type { SchemaCache } from '../schemaCache.ts';
import type { Settlements } from '../settlements.ts';
import type { Store } from '../../store/leadStore.ts';
import { FollowImport } from './followImport.ts';
import { createImportAnswers } from './importAnswers.ts';
import { createImportBacklog } from './importBacklog.ts';
import { Importer } from './importer.ts';
import { ImportsItem } from './importsItem.ts';
import { createLeftLeads } from './leftLeads.ts';
import { StartImport } from './startImport.ts';

interface ImportsPorts extends Omit<PipelinePorts, 'limits'>, Omit<LockPorts, 'leaseMs'> {
  readonly api: Api;
  readonly sleep: Sleep;
  /** Partitions of each lane of the index. */
  readonly shards: number;
  readonly imports: LeadImports;
  readonly store: Store;
  readonly settlements: Settlements;
  readonly budget: Budget;
  readonly breaker: CircuitBreaker;
  readonly fields: SchemaCache;
  readonly index: DueIndex;
  readonly newOwner: () => string;
  /** Absent: those of `importLimits`. */
  readonly importLimits?: ImportLimits;
  readonly flushHistory?: () => Promise<void>;
}

/** Bulk imports, and which leads the dispatcher leaves to them. */
export const composeImports = (ports: ImportsPorts) => {
  const { store, logger, fields } = ports;
  const all = {
    ...ports,
    limits: ports.importLimits ?? importLimits,
    timing: { ...ports.timing, ...importTiming },
    pages: createImportPages(ports),
    flushHistory: ports.flushHistory ?? (() => Promise.resolve()),
    failed: (_: unknown, error: unknown): void => {
      logger.error('a lead of a bulk import could not be written; its lock ends with the lease', {
        error: errorName(error),
      });
    },
  };
  const item = new ImportsItem({ ...all, item: store.shared<ImportsState>(importsItem) });
  const locks = createLocks({ ...all, leaseMs: importTiming.leaseMs });
  const answers = createImportAnswers(all);
  const follow = new FollowImport({
    ...all,
    answers,
    save: async (job) => {
      await item.update((state) => ({
        ...state,
        jobs: (state.jobs ?? []).map((one) => (one.owner === job.owner ? job : one)),
      }));
    },
  });
  const start = new StartImport({ ...all, locks });
  const backlog = createImportBacklog(all);
  return {
    importer: new Importer({ ...all, item, backlog, start, follow, fields }),
    leftLeads: createLeftLeads({ ...all, item }),
  };
};
