import type { LeadId } from '../lead/types.ts';
import type { Candidate } from '../sync/candidates.ts';
import type { Store } from '../store/leadStore.ts';

/** How many leads of a shard are read at once. */
const atOnce = 25;

interface Shard {
  readonly ids: readonly LeadId[];
  next: number;
  readonly read: Candidate[];
}

const wakeAtOf = ({ loaded }: Candidate): number => loaded.wakeAt ?? 0;

/** The shard whose next lead is the first of all. */
const earliest = (shards: readonly Shard[]): Shard | undefined => {
  let best: { readonly shard: Shard; readonly wakeAt: number } | undefined;
  for (const shard of shards) {
    const [first] = shard.read;
    if (first === undefined) continue;
    const wakeAt = wakeAtOf(first);
    if (best === undefined || wakeAt < best.wakeAt) best = { shard, wakeAt };
  }
  return best?.shard;
};

/**
 * The leads of all shards, each shard in the order of the wake index, by `wakeAt`: whoever waits
 * longest comes first. Reads a few ahead of what is asked for. Leaves out those that do not wait any
 * more, since the index lags behind the table.
 */
export async function* byWakeTime(
  store: Store,
  leads: readonly (readonly LeadId[])[],
  isAsleep: (lead: Candidate) => boolean,
): AsyncGenerator<Candidate, void, void> {
  const shards = leads.map((ids): Shard => ({ ids, next: 0, read: [] }));
  const readOn = async (empty: readonly Shard[]): Promise<void> => {
    const wanted = empty.map((shard) => {
      const ids = shard.ids.slice(shard.next, shard.next + atOnce);
      shard.next += ids.length;
      return { shard, ids };
    });
    const items = await store.leads(wanted.flatMap(({ ids }) => ids));
    for (const { shard, ids } of wanted)
      for (const lead of ids) {
        const { state, ...item } = items.get(lead) ?? {};
        if (state === undefined) continue;
        const one = { lead, loaded: { ...item, state } };
        if (isAsleep(one)) shard.read.push(one);
      }
    shards.forEach(({ read }) => read.sort((a, b) => wakeAtOf(a) - wakeAtOf(b)));
  };

  for (;;) {
    const empty = shards.filter(({ ids, next, read }) => read.length === 0 && next < ids.length);
    if (empty.length > 0) {
      await readOn(empty);
      continue;
    }
    const first = earliest(shards)?.read.shift();
    if (first === undefined) return;
    yield first;
  }
}
