import type { Logger } from '../delivery.ts';
import type { Clock, MarketoLeads } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Store } from './store.ts';

/** Field names that this instance of Marketo does not have, with when that was last confirmed. */
interface Memory {
  readonly names: Readonly<Record<string, EpochMs>>;
  readonly askedAt?: EpochMs;
}

interface UnknownFieldsPorts {
  readonly store: Store;
  readonly marketo: Pick<MarketoLeads, 'fieldNames'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: {
    readonly unknownFieldMs: number;
    readonly unknownFieldCacheMs: number;
    readonly callTimeoutMs: number;
  };
}

export type UnknownFields = ReturnType<typeof createUnknownFields>;

/** What all workers remember of fields that Marketo does not know: one item of the leads table. */
export const createUnknownFields = ({
  store,
  marketo,
  clock,
  logger,
  timing,
}: UnknownFieldsPorts) => {
  const item = store.shared<Memory>('unknown-fields');
  let cached: { readonly memory: Memory; readonly until: EpochMs } | undefined;

  const cache = (memory: Memory): Memory => {
    cached = { memory, until: epochMs(clock.now() + timing.unknownFieldCacheMs) };
    return memory;
  };

  const current = async (): Promise<Memory> =>
    cached && cached.until > clock.now()
      ? cached.memory
      : cache((await item.load()).state ?? { names: {} });

  const isOld = ({ names, askedAt = epochMs(0) }: Memory): boolean => {
    const confirmed = Object.values(names);
    if (confirmed.length === 0) return false;
    return clock.now() - Math.max(Math.min(...confirmed), askedAt) >= timing.unknownFieldMs;
  };

  const update = async (change: (memory: Memory) => Memory): Promise<Memory> => {
    for (;;) {
      const loaded = await item.load();
      const after = change(loaded.state ?? { names: {} });
      if (await item.save(loaded, after)) return after;
    }
  };

  return {
    /** The remembered names; read at most once a minute by one instance. */
    names: async (): Promise<ReadonlySet<string>> => new Set(Object.keys((await current()).names)),

    /** Marketo said that it has no such fields. */
    remember: async (names: readonly string[]): Promise<void> => {
      const at = clock.now();
      const found = Object.fromEntries(names.map((name) => [name, at]));
      cache(await update((memory) => ({ ...memory, names: { ...memory.names, ...found } })));
      logger.warn('Marketo has no such fields; they are left out from now on', {
        fields: names.join(', '),
      });
    },

    /**
     * Once a day asks which of the remembered names Marketo has by now. Costs a call; `true` when it
     * made one. What cannot be asked now is asked a day later.
     */
    refresh: async (deadline: EpochMs): Promise<boolean> => {
      if (!isOld(await current())) return false;
      const loaded = await item.load();
      const memory = loaded.state ?? { names: {} };
      const now = clock.now();
      if (!isOld(memory)) return false;
      // Whoever writes this asks; all others leave it to them.
      if (!(await item.save(loaded, cache({ ...memory, askedAt: now })))) return false;
      try {
        const known = await marketo.fieldNames(deadline);
        cache(
          await update(({ names }) => ({
            askedAt: now,
            names: Object.fromEntries(
              Object.keys(names).flatMap((name) => (known.has(name) ? [] : [[name, now]])),
            ),
          })),
        );
      } catch {
        logger.warn('could not ask Marketo for its fields; the next try is tomorrow');
      }
      return true;
    },
  };
};
