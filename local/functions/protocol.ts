/** What an environment's thread is started with. */
export interface Start {
  /** Absolute path of the bundle. */
  readonly file: string;
  /** Name of the handler among the bundle's exports. */
  readonly handler: string;
  /** Milliseconds (one Float64) by which the run's clock is ahead of the machine's. */
  readonly ahead?: SharedArrayBuffer;
}

/** One invocation, sent to the thread. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON text: handlers never share objects with their caller. */
  readonly event: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /**
   * When its time is up, in milliseconds since the epoch by the machine's steady clock. Absent: the
   * timeout runs from the moment when the handler is called.
   */
  readonly endsAt?: number;
}

/** An error as Lambda reports it to the caller. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The end of an invocation; `result` is JSON text, absent where the handler returned nothing. */
export type Outcome = { readonly result?: string } | { readonly error: FunctionError };

/** What the thread answers: once that the bundle is loaded, then to each invocation. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly requestId: string; readonly outcome: Outcome };
