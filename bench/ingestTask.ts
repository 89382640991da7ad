/** What the parent asks of the measuring process. */
export interface IngestTask {
  /** File of ingest's bundle. */
  readonly bundle: string;
  readonly writeKey: string;
  readonly rounds: number;
  /** Of each measurement; a multiple of every size. */
  readonly events: number;
  /** Events a request. */
  readonly sizes: readonly number[];
}

export interface Rate {
  readonly perSecond: number;
  /** CPU time of the whole process for one event. */
  readonly cpuMicroseconds: number;
}

/** One measurement of each way, one right after the other. */
export interface IngestRound {
  readonly size: number;
  readonly ours: Rate;
  /** `SendMessageBatch` with ready entries, requests of a batch at once. */
  readonly sdk: Rate;
}
