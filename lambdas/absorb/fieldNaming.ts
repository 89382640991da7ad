import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { Described } from '../marketo/fieldDescription.ts';
import { fieldsIn, fieldsItem } from '../marketo/fieldDescription.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Store } from '../store/leadStore.ts';
import type { NormalizeRules } from './normalize.ts';

interface FieldNamingPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: { readonly fieldCacheMs: number };
}

/**
 * The names of fields as absorb uses them: the settings' rules with Marketo's latest description,
 * read at most once a minute by one instance. Absorb goes on by what it knew where the description
 * cannot be read: the next call for a lead brings its values to the right fields.
 */
export const createFieldNaming = (
  { store, clock, logger, timing }: FieldNamingPorts,
  rules: NormalizeRules,
) => {
  const described = store.shared<{ readonly described?: Described }>(fieldsItem);
  let current = { rules, version: undefined as number | undefined };
  let until: EpochMs | undefined;

  const read = async (): Promise<void> => {
    const { version, state = {} } = await described.load();
    until = epochMs(clock.now() + timing.fieldCacheMs);
    if (version === current.version) return;
    const fields = state.described && fieldsIn(state.described);
    current = { rules: fields ? { ...rules, described: fields } : rules, version };
  };

  return {
    rulesNow: async (): Promise<NormalizeRules> => {
      if (until === undefined || until <= clock.now())
        await read().catch((error: unknown) => {
          logger.warn('Marketo’s description of its fields could not be read', {
            error: errorName(error),
          });
        });
      return current.rules;
    },
  };
};
