import type { Counters } from '../../lambdas/sync/counters.ts';
import type { Clock, Random } from '../../lambdas/ports.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { SettingsOf } from '../../lambdas/settings.ts';
import type { Operations } from '../ports.ts';
import type { OperationsParts } from '../parts.ts';
import type { Check } from '../views.ts';

type SecretName = 'ingest' | 'marketo' | 'hash';

interface CheckedSecret {
  /** As people find it. */
  readonly name: string;
  /** Its JSON text; undefined where nobody has put a value into it. */
  readonly read: () => Promise<string | undefined>;
}

/** The settings that `check` looks at, as they are in force. */
export type CheckedSettings = Pick<SettingsOf<'sync'>, 'marketo'> &
  Pick<SettingsOf<'absorb'>, 'fieldNames'> &
  SettingsOf<'hash'>;

/** What `check` looks at of the mapping in force. */
export type CheckedMapping = Pick<Mapping, 'fieldMap' | 'unknownFields' | 'rules'>;

/** What `check` looks at, local or deployed. */
export interface CheckParts {
  readonly settings: CheckedSettings;
  readonly mapping: () => Promise<CheckedMapping>;
  readonly secrets: Readonly<Record<SecretName, CheckedSecret>>;
  /** Where senders point their SDK. */
  readonly ingestUrl: string;
  readonly table: Pick<LeadsTable, 'read'>;
  readonly counters: Counters;
  readonly queues: OperationsParts['queues'];
  readonly dead: Operations['dead'];
  readonly clock: Clock;
  readonly random?: Random;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

export const ok = (name: string, says: string): Check => ({ name, state: 'ok', says });

export const warning = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'warning',
  says,
  todo,
});

export const wrong = (name: string, says: string, todo: string): Check => ({
  name,
  state: 'wrong',
  says,
  todo,
});
