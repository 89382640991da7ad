import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import { bytesOf } from '../lead/itemSize.ts';
import { DAY_MS, seenTraitLimits } from '../limits.ts';
import type { Clock } from '../ports.ts';
import type { QueuedEvent } from '../segment/event.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Store } from '../store/leadStore.ts';

/** Custom traits that have come, for `check`: by source, each with the day on which it came last. */
export interface SeenTraits {
  /** Days since 1970; '' where nobody knows the source. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Where the custom traits that have come are written down. */
export const seenTraitsItem = 'seen-traits';

const dayOf = (at: EpochMs): number => Math.floor(at / DAY_MS);

type Days = Readonly<Record<string, number>>;

const fresh = (days: Days, today: number): Days =>
  Object.fromEntries(Object.entries(days).filter(([, day]) => today - day < seenTraitLimits.days));

/** The traits of all sources that came lately. An item of an earlier version has no sources. */
export const traitsSeen = (state: Partial<SeenTraits> | undefined, now: EpochMs): string[] => [
  ...new Set(
    Object.values(state?.sources ?? {}).flatMap((days) => Object.keys(fresh(days, dayOf(now)))),
  ),
];

/** What a source is known to have sent, with these names of today, as far as there is room for them. */
const withToday = (known: Days, names: ReadonlySet<string>, today: number): Days => {
  const next = new Map(Object.entries(fresh(known, today)));
  let bytes = bytesOf([...next]);
  for (const name of names) {
    if (next.has(name)) next.set(name, today);
    else {
      bytes += bytesOf([name, today]) + 1;
      if (next.size >= seenTraitLimits.perSource || bytes > seenTraitLimits.bytesPerSource)
        continue;
      next.set(name, today);
    }
  }
  return Object.fromEntries(next);
};

const isSame = (a: Days, b: Days): boolean => JSON.stringify(a) === JSON.stringify(b);

interface SeenTraitPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes down which custom traits come, so that `check` can say which fields they fill. Each source has
 * room of its own, and what has not come for a month makes room: whoever invents traits under a key that
 * stands in a page hides none that a server sends.
 */
export class TraitLog {
  private readonly ports: SeenTraitPorts;
  private day = 0;
  /** What this instance has noticed today, by source. */
  private readonly noticed = new Map<string, Set<string>>();
  private news = new Map<string, Set<string>>();

  constructor(ports: SeenTraitPorts) {
    this.ports = ports;
  }

  /** Notices the traits of an identify that `isCustom` says have no standard field. */
  note({ type, source, traits }: QueuedEvent, isCustom: (trait: string) => boolean): void {
    if (type !== 'identify' || traits === undefined) return;
    const today = dayOf(this.ports.clock.now());
    if (today !== this.day) this.noticed.clear();
    this.day = today;
    const name = source?.name ?? '';
    const known = this.noticed.get(name) ?? new Set();
    this.noticed.set(name, known);
    for (const trait of Object.keys(traits)) {
      if (known.size >= seenTraitLimits.noticedPerSource) return;
      if (known.has(trait)) continue;
      known.add(trait);
      if (isCustom(trait)) this.news.set(name, (this.news.get(name) ?? new Set()).add(trait));
    }
  }

  /** Writes down what was noticed since the last time. Never rejects. */
  async publish(): Promise<void> {
    if (this.news.size === 0) return;
    const { news } = this;
    this.news = new Map();
    await this.write(news).catch((error: unknown) => {
      this.ports.logger.warn('the traits that came could not be written down', {
        error: errorName(error),
      });
    });
  }

  private async write(news: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const item = this.ports.store.shared<SeenTraits>(seenTraitsItem);
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = await item.load();
      const { sources = {} }: Partial<SeenTraits> = loaded.state ?? {};
      const after = { ...sources };
      for (const [name, names] of news)
        after[name] = withToday(sources[name] ?? {}, names, this.day);
      const isNews = [...news.keys()].some(
        (name) => !isSame(after[name] ?? {}, sources[name] ?? {}),
      );
      if (!isNews || (await item.save(loaded, { sources: after }))) return;
    }
  }
}

/** Somebody else writes: tomorrow they are noticed again. */
const maxRaces = 8;
