import { maxFieldNames } from '../limits.ts';
import { fieldsItem } from '../marketo/fieldDescription.ts';
import type { KnownFields } from '../lead/leaveOut.ts';
import type { FieldPolicies } from '../marketo/fieldPolicies.ts';
import { policiesBy } from '../marketo/fieldPolicies.ts';
import type { FieldValue } from '../lead/leadTypes.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Budget, Permits } from './budget.ts';
import type { DescribeFieldsPorts } from './describeFields.ts';
import { createDescribeFields } from './describeFields.ts';
import type { FieldReports } from './fieldReports.ts';
import type { Validator, SchemaState } from './schemaState.ts';
import {
  validatorBy,
  namedBy,
  patienceFor,
  withAnswer,
  withRefused,
  withinItem,
} from './schemaState.ts';
import type { Store } from '../store/leadStore.ts';

interface SchemaCachePorts extends DescribeFieldsPorts {
  readonly store: Store;
  readonly budget: Budget;
  readonly fieldReports: FieldReports;
  readonly unknownFields: KnownFields['unknownFields'];
  /** The settings' say in when fields go out; absent: the defaults. */
  readonly fieldPolicies?: FieldPolicies;
  readonly limits: { readonly itemBytes: number };
  readonly timing: {
    readonly schemaBelievedMs: number;
    readonly describeRetryMs: number;
    readonly describeTimeoutMs: number;
    readonly fieldCacheMs: number;
  };
}

/** What is known of Marketo's fields, and how values travel to them. */
export interface FieldsToSend extends KnownFields {
  /** Marketo has said which fields it has. */
  readonly isDescribed: boolean;
  readonly isNewOnly: (name: string) => boolean;
  /** The value in the form that its field needs; as it is, where that is not certain. */
  readonly formOf: (name: string, value: FieldValue) => FieldValue;
}

/** Whether Marketo was asked for its fields, and answered. */
type Asked = 'not asked' | 'answered' | 'unanswered';

export type SchemaCache = ReturnType<typeof createSchemaCache>;

/**
 * What all workers know of Marketo's fields: one item of the leads table. One unknown field or bad
 * value would cost every call that carries it, so Marketo is asked for its fields before the first
 * sync, then once a day, and soon after it refused a field; a name that is refused whatever the
 * description says is remembered for as long as one is believed.
 */
export const createSchemaCache = (ports: SchemaCachePorts) => {
  const { store, budget, clock, logger, timing, unknownFields, limits } = ports;
  const describeFields = createDescribeFields(ports);
  const item = store.shared<SchemaState>(fieldsItem);
  const policyOf = policiesBy(ports.fieldPolicies ?? {});
  let cached:
    | {
        readonly schemaState: SchemaState;
        readonly validate: Validator;
        readonly fieldNamed: (name: string) => string;
        readonly until: EpochMs;
      }
    | undefined;

  const isBelieved = (at: EpochMs): boolean => clock.now() - at < timing.schemaBelievedMs;

  const cache = (schemaState: SchemaState) =>
    (cached = {
      schemaState,
      validate: validatorBy(schemaState, isBelieved, ports.api),
      fieldNamed: namedBy(schemaState),
      until: epochMs(clock.now() + timing.fieldCacheMs),
    });

  const current = async () =>
    cached && cached.until > clock.now() ? cached : cache((await item.load()).state ?? {});

  const update = async (
    change: (schemaState: SchemaState) => SchemaState,
  ): Promise<SchemaState> => {
    for (;;) {
      const loaded = await item.load();
      const after = withinItem(change(loaded.state ?? {}), limits.itemBytes);
      if (await item.save(loaded, after)) return cache(after).schemaState;
    }
  };

  const isOld = (schemaState: SchemaState): boolean =>
    schemaState.askedAt === undefined ||
    clock.now() - schemaState.askedAt >= patienceFor(schemaState, timing);

  return {
    /** What is known now; read at most once a minute by one instance. */
    known: async (): Promise<FieldsToSend> => {
      const { schemaState, validate, fieldNamed } = await current();
      const now = clock.now();
      const askedAgainAt = (schemaState.askedAt ?? now) + patienceFor(schemaState, timing);
      return {
        unknownFields,
        isDescribed: schemaState.described !== undefined,
        fieldNamed,
        isNewOnly: (name) => policyOf(name) === 'create',
        objectionTo: (name, value) => {
          const validated = validate(name, value);
          return 'because' in validated ? validated : undefined;
        },
        formOf: (name, value) => {
          const validated = validate(name, value);
          return 'value' in validated ? validated.value : value;
        },
        // Who waits must not come back at once where nobody could ask in time.
        until: epochMs(Math.max(askedAgainAt, now + timing.fieldCacheMs)),
      };
    },

    /** Marketo refused a sync because it has no such fields. */
    remember: async (names: readonly string[]): Promise<void> => {
      ports.fieldReports.unknown(names.map((name) => ({ name })));
      await update((schemaState) => withRefused(schemaState, names, clock.now(), maxFieldNames));
    },

    /** Asks Marketo for its fields where the last answer is too old. Costs a call, then and only then. */
    refresh: async (): Promise<Asked> => {
      if (!isOld((await current()).schemaState)) return 'not asked';
      const permits = await budget.tryAcquire({ isFull: true, bringsFields: true });
      if (!permits.granted) return 'not asked';
      return ask(permits).finally(permits.giveBack);
    },
  };

  async function ask(permits: Permits): Promise<Asked> {
    const loaded = await item.load();
    const before = loaded.state ?? {};
    const askedAt = clock.now();
    // Whoever writes this asks; all others go on with what is known.
    const asking: SchemaState = { ...before, askedAt, isUnanswered: true };
    if (!isOld(before) || !(await item.save(loaded, asking))) return 'not asked';
    cache(asking);
    try {
      const fields = await describeFields(permits);
      const after = await update((known) => withAnswer(known, fields, askedAt, isBelieved));
      if (after.described === undefined)
        logger.warn('Marketo has more fields than can be remembered; refusals teach them instead', {
          fields: fields.size,
        });
      return 'answered';
    } catch {
      logger.warn('Marketo did not say which fields it has; it is asked again later');
      return 'unanswered';
    }
  }
};
