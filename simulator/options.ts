import type { RestCredentials } from './rest/tokens.ts';
import type { SchemaInput } from './schema/shape.ts';

export interface SimulatorOptions {
  readonly clock: { now(): number };
  /** How a `delayMs` is waited for; absent: in real time. */
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly munchkinId: string;
  /** The SOAP user and key that the instance knows. */
  readonly credentials: { readonly userId: string; readonly encryptionKey: string };
  /** Of Munchkin's associateLead, which is off without it. */
  readonly munchkinPrivateKey?: string;
  /** The client of the REST API; absent: `defaultRestCredentials`. */
  readonly rest?: RestCredentials;
  /**
   * How long a lead rests after a sync before the next is taken; 0 for a Marketo without this
   * destination's own rule. Absent: 30 s.
   */
  readonly leadLockMs?: number;
  /** What the instance is like, as a schema file says it; absent: the default. */
  readonly schema?: SchemaInput;
  /** Sees every SOAP request as it came. */
  readonly onSoapRequest?: (body: string) => void;
  /** A file that keeps leads, visits, activities and calls over a restart, `kill -9` included. */
  readonly dataPath?: string;
}
