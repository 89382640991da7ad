import type { Api } from '../../lambdas/marketo/leadApis.ts';
import type { MarketoCredentials } from '../../lambdas/sync/marketo.ts';
import type { Check } from '../views.ts';

export type SecretName = 'ingest' | 'marketo' | 'hash';

/** The secrets of a destination, and Marketo to try credentials with. */
export interface SecretStores {
  /** The lead API that the deployed settings name. */
  readonly api: Api;
  /** As people find it. */
  nameOf(secret: SecretName): string;
  /** Its JSON text; undefined where nobody has put a value into it. */
  read(secret: SecretName): Promise<string | undefined>;
  write(secret: SecretName, text: string): Promise<void>;
  /** Asks Marketo with these credentials; what is wrong, or undefined. Costs one call of the day. */
  tryMarketo(credentials: MarketoCredentials): Promise<Check | undefined>;
  close(): void;
}
