/** One call of the lead API as it went. Times in epoch ms. */
export interface Call {
  readonly at: number;
  readonly endedAt: number;
  readonly operation: string;
  /** The e-mails of the leads it is about, in its order; `#<id>` for a lead named by id alone. */
  readonly leads: readonly string[];
  /** HTTP status; 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly code: string | null;
  readonly message: string | null;
  /** CREATED, UPDATED or FAILED for each lead, ADDED or FAILED for each activity. */
  readonly results: readonly string[];
  /** False when it was refused before any work, so that it does not count as a sync of its leads. */
  readonly worked: boolean;
  /** Whether a lead in it came too soon after its last sync. */
  readonly lockBreach: boolean;
}

/** A call and what a restart has to remember of it. */
export interface CallEffect {
  readonly kind: 'call';
  readonly call: Call;
  /** Whether the limits counted it. */
  readonly counted: boolean;
  /** The lock keys of the leads it worked on. */
  readonly keys: readonly string[];
}

interface Ledger {
  apply(effect: CallEffect): void;
  effects(): readonly CallEffect[];
  /** In the order of their start. */
  calls(): readonly Call[];
  lockFaults(): number;
  clear(): void;
}

export const createLedger = (): Ledger => {
  let effects: CallEffect[] = [];
  return {
    apply: (effect) => {
      effects.push(effect);
    },
    effects: () => effects,
    calls: () => effects.map(({ call }) => call).sort((a, b) => a.at - b.at),
    lockFaults: () => effects.filter(({ call }) => call.lockBreach).length,
    clear: () => {
      effects = [];
    },
  };
};
