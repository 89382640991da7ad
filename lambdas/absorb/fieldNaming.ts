import { fieldNamesMost } from '../limits.ts';
import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { Described } from '../marketo/description.ts';
import { fieldsIn, fieldsItem } from '../marketo/description.ts';
import { namingBy } from '../marketo/fieldsNaming.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Store } from '../store/leadStore.ts';
import type { NormalizeRules } from './normalize.ts';

/** Custom traits that have come, for `check`. */
export interface SeenTraits {
  readonly traits: readonly string[];
}

/** Where the custom traits that have come are written down. */
export const seenTraitsItem = 'seen-traits';

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
  const seen = store.shared<SeenTraits>(seenTraitsItem);
  let current = { rules, version: undefined as number | undefined };
  let until: EpochMs | undefined;
  const published = new Set<string>();

  const read = async (): Promise<void> => {
    const { version, state = {} } = await described.load();
    until = epochMs(clock.now() + timing.fieldCacheMs);
    if (version === current.version) return;
    const fields = state.described && fieldsIn(state.described);
    current = { rules: fields ? { ...rules, described: fields } : rules, version };
  };

  /** The names that nobody has written down yet; a lost race is tried again with the next batch. */
  const publish = async (traits: readonly string[]): Promise<void> => {
    const loaded = await seen.load();
    const known = loaded.state?.traits ?? [];
    const after = [...new Set([...known, ...traits])].slice(0, fieldNamesMost);
    if (after.length > known.length && !(await seen.save(loaded, { traits: after }))) return;
    for (const trait of [...known, ...traits]) published.add(trait);
  };

  const warn = (message: string, error: unknown): void => {
    logger.warn(message, { error: errorName(error) });
  };

  return {
    rulesNow: async (): Promise<NormalizeRules> => {
      if (until === undefined || until <= clock.now())
        await read().catch((error: unknown) => {
          warn('Marketo’s description of its fields could not be read', error);
        });
      return current.rules;
    },

    /** Writes down custom traits that came for the first time. Never rejects. */
    publishTraits: async (): Promise<void> => {
      if (published.size >= fieldNamesMost) return;
      const traits = namingBy(current.rules)
        .customTraits()
        .filter((trait) => !published.has(trait));
      if (traits.length > 0)
        await publish(traits).catch((error: unknown) => {
          warn('the traits that came could not be written down', error);
        });
    },
  };
};
