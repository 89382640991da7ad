import { isLeadField } from '../../lambdas/lead/relations.ts';
import type { DeadLetter } from '../../lambdas/lead/leadTypes.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { fieldsItem } from '../../lambdas/marketo/fieldDescription.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { SchemaState } from '../../lambdas/sync/schemaState.ts';
import { validatorBy, namedBy } from '../../lambdas/sync/schemaState.ts';
import type { Store } from '../../lambdas/store/leadStore.ts';
import type { LeadTiming } from '../../lambdas/limits.ts';

interface FieldDoubtPorts {
  readonly store: Pick<Store, 'shared'>;
  readonly clock: Clock;
  readonly timing: Pick<LeadTiming, 'schemaBelievedMs' | 'fieldCacheMs'>;
}

/** A lost race means that somebody has just learned anew; more in a row are no coincidence. */
const maxRaces = 5;

/**
 * What is known of Marketo's fields is a day old at worst, and whoever resends what a field did not
 * take has most likely mended the field. Where a value would be left out by what is known, all of it
 * is forgotten, so that the next sync asks Marketo first. Resolves to when values may go so that no
 * instance of the worker decides by what it read before. One of these serves one request.
 */
export const createFieldDoubt = ({ store, clock, timing }: FieldDoubtPorts) => {
  const item = store.shared<SchemaState>(fieldsItem);
  let known: Promise<SchemaState> | undefined;
  let forgotten: Promise<void> | undefined;

  const load = async (): Promise<SchemaState> => (await item.load()).state ?? {};

  const forget = async (): Promise<void> => {
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = await item.load();
      if (loaded.state === undefined || (await item.save(loaded, {}))) return;
    }
  };

  return async (deadLetter: Pick<DeadLetter, 'fields'>): Promise<EpochMs> => {
    const now = clock.now();
    const fields = deadLetter.fields.filter(({ name }) => isLeadField(name));
    if (fields.length === 0) return now;
    const schemaState = await (known ??= load());
    const isBelieved = (at: EpochMs): boolean => now - at < timing.schemaBelievedMs;
    // What only waits for a description is no objection, so it does not matter which API it is.
    const validate = validatorBy(schemaState, isBelieved, 'rest');
    const fieldNamed = namedBy(schemaState);
    const isObjected = fields.some(({ name, value }) => {
      const judged = validate(fieldNamed(name), value);
      return 'because' in judged && !judged.isNotYet;
    });
    if (isObjected) await (forgotten ??= forget());
    const learnedAt = isObjected ? now : (schemaState.askedAt ?? now);
    return epochMs(Math.max(now, learnedAt + timing.fieldCacheMs));
  };
};

export type FieldDoubt = ReturnType<typeof createFieldDoubt>;
