import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import { dayOf } from '../lead/centralTime.ts';
import { bytesOf } from '../lead/itemSize.ts';
import type { Incoming } from '../lead/leadTypes.ts';
import { fieldReportLimits } from '../limits.ts';
import type { Clock } from '../ports.ts';
import type { Metrics } from '../metricNames.ts';
import type { Store } from '../store/leadStore.ts';

/** Fields that were reported on a day of Marketo's, by whichever instance. */
export interface ReportedFields {
  readonly day: string;
  /** By the source whose values came for them; '' where nobody knows. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** Where they stand in the table. */
export const fieldReportsItem = 'field-reports';

interface FieldReportPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type FieldReports = ReturnType<typeof createFieldReports>;

type Unknown = Pick<Incoming, 'name' | 'source'>;

interface Claimed {
  readonly source: string;
  readonly fresh: readonly string[];
  /** Some of its names found no room. */
  readonly isFull: boolean;
}

/** The names of a source that nobody has reported yet, as far as there is room for them. */
const claimFor = (
  known: readonly string[],
  names: ReadonlySet<string>,
): Omit<Claimed, 'source'> => {
  const all = [...known];
  let bytes = bytesOf(all);
  const wanted = [...names].filter((name) => !known.includes(name));
  for (const name of wanted) {
    bytes += bytesOf(name) + 1;
    if (all.length >= fieldReportLimits.perSource || bytes > fieldReportLimits.bytesPerSource)
      break;
    all.push(name);
  }
  const fresh = all.slice(known.length);
  return { fresh, isFull: fresh.length < wanted.length };
};

/**
 * Tells people of fields that Marketo does not have: each once a day over all instances, by a log line
 * and a metric. Each source has room of its own, so that whoever invents traits under a key that stands
 * in a page hides no field that a server sends.
 */
export const createFieldReports = ({ store, clock, logger, metrics }: FieldReportPorts) => {
  const item = store.shared<ReportedFields>(fieldReportsItem);
  const noticed = new Map<string, Set<string>>();
  /** What this instance knows to be reported, so that it need not look. */
  let seen: ReportedFields = { day: '', sources: {} };
  /** Sources of which it was said today that there is no more room. */
  const full = new Set<string>();

  const isKnown = (day: string, source: string, name: string): boolean =>
    seen.day === day && (full.has(source) || seen.sources[source]?.includes(name) === true);

  /** Writes down the names that nobody has reported yet, and resolves to them. */
  const claim = async (
    day: string,
    wanted: ReadonlyMap<string, ReadonlySet<string>>,
  ): Promise<readonly Claimed[]> => {
    for (;;) {
      const loaded = await item.load();
      const { state } = loaded;
      // By another clock it may be tomorrow already. An item of an earlier version has no sources.
      const isToday = state !== undefined && state.day >= day && 'sources' in state;
      const current: ReportedFields = isToday ? state : { day, sources: {} };
      const claimed = [...wanted].map(([source, names]) => ({
        source,
        ...claimFor(current.sources[source] ?? [], names),
      }));
      const sources = { ...current.sources };
      for (const { source, fresh } of claimed)
        if (fresh.length > 0) sources[source] = [...(sources[source] ?? []), ...fresh];
      const after = { ...current, sources };
      const isNews = claimed.some(({ fresh }) => fresh.length > 0);
      if (isNews && !(await item.save(loaded, after))) continue;
      if (seen.day !== day) full.clear();
      seen = { day, sources };
      return claimed;
    }
  };

  const report = ({ source, fresh, isFull }: Claimed): void => {
    const from = source === '' ? {} : { source };
    for (const name of fresh) {
      logger.warn('Marketo has no such field', { field: name, ...from });
      metrics.count('UnknownFields');
    }
    if (!isFull || full.has(source)) return;
    full.add(source);
    const facts = { reported: seen.sources[source]?.length ?? 0, ...from };
    logger.warn('further fields that Marketo does not have are not reported today', facts);
  };

  return {
    /** Values of one lead came for these fields, and Marketo does not have them. */
    unknown: (fields: readonly Unknown[]): void => {
      for (const { name, source = '' } of fields.slice(0, fieldReportLimits.perLead)) {
        const names = noticed.get(source) ?? new Set();
        noticed.set(source, names.add(name));
      }
    },

    /** Reports what was noticed since the last time. Never rejects. */
    publish: async (): Promise<void> => {
      const day = dayOf(clock.now()).name;
      const wanted = new Map<string, Set<string>>();
      for (const [source, names] of noticed) {
        const news = [...names].filter((name) => !isKnown(day, source, name));
        if (news.length > 0) wanted.set(source, new Set(news));
      }
      noticed.clear();
      if (wanted.size === 0) return;
      try {
        for (const claimed of await claim(day, wanted)) report(claimed);
      } catch (error) {
        logger.warn('fields that Marketo does not have could not be reported', {
          error: errorName(error),
        });
      }
    },
  };
};
