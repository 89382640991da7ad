import { fieldNamesMost } from '../limits.ts';
import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import { dayOf } from '../lead/centralTime.ts';
import type { Clock, Metrics } from '../ports.ts';
import type { Store } from '../store/leadStore.ts';

/** Fields that were reported on a day of Marketo's, by whichever instance. */
interface Reported {
  readonly day: string;
  readonly names: readonly string[];
}

interface FieldReportPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type FieldReports = ReturnType<typeof createFieldReports>;

/**
 * Tells people of fields that Marketo does not have: each once a day over all instances, by a log
 * line and a metric.
 */
export const createFieldReports = ({ store, clock, logger, metrics }: FieldReportPorts) => {
  const item = store.shared<Reported>('field-reports');
  const noticed = new Set<string>();
  /** What this instance knows to be reported, so that it need not look. */
  let seen: Reported = { day: '', names: [] };

  /** Writes down the names that nobody has reported yet, and resolves to them. */
  const claim = async (day: string, names: readonly string[]): Promise<readonly string[]> => {
    for (;;) {
      const loaded = await item.load();
      // By another clock it may be tomorrow already.
      const { state } = loaded;
      const present: Reported = state && state.day >= day ? state : { day, names: [] };
      const fresh = names
        .filter((name) => !present.names.includes(name))
        .slice(0, fieldNamesMost - present.names.length);
      const after = { ...present, names: [...present.names, ...fresh] };
      if (fresh.length > 0 && !(await item.save(loaded, after))) continue;
      seen = { day, names: after.names };
      return fresh;
    }
  };

  const report = (names: readonly string[]): void => {
    for (const name of names) {
      logger.warn('Marketo has no such field', { field: name });
      metrics.count('UnknownFields');
    }
    if (names.length > 0 && seen.names.length >= fieldNamesMost)
      logger.warn('further fields that Marketo does not have are not reported today', {
        reported: fieldNamesMost,
      });
  };

  return {
    /** Values for fields of these names came, and Marketo does not have them. */
    unknown: (names: readonly string[]): void => {
      for (const name of names) noticed.add(name);
    },

    /** Reports what was noticed since the last time. Never rejects. */
    publish: async (): Promise<void> => {
      const day = dayOf(clock.now()).name;
      const isFull = seen.day === day && seen.names.length >= fieldNamesMost;
      const names = isFull
        ? []
        : [...noticed].filter((name) => seen.day !== day || !seen.names.includes(name));
      noticed.clear();
      if (names.length === 0) return;
      try {
        report(await claim(day, names));
      } catch (error) {
        logger.warn('fields that Marketo does not have could not be reported', {
          error: errorName(error),
        });
      }
    },
  };
};
