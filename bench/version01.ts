/**
 * What version 0.1 of this project did in the same benches (commit 9004c57, seed 1, size 1): recorded,
 * since its code is not here any more. Times in ms.
 */
export const version01 = {
  name: 'version 0.1 (recorded, commit 9004c57)',
  freshness: {
    soap: {
      quiet: {
        age: { p50: 5_604, p99: 5_620, max: 5_620 },
        late: { p50: 5_104, p99: 5_120, max: 5_120 },
      },
      busy: {
        age: { p50: 18_733, p99: 37_612, max: 38_121 },
        late: { p50: 5_104, p99: 6_026, max: 6_056 },
      },
    },
    rest: {
      quiet: {
        age: { p50: 5_604, p99: 5_620, max: 5_661 },
        late: { p50: 5_104, p99: 5_120, max: 5_161 },
      },
      busy: {
        age: { p50: 18_708, p99: 37_596, max: 38_127 },
        late: { p50: 5_104, p99: 6_032, max: 27_708 },
      },
    },
  },
  apiCalls: {
    soap: {
      syncs: 3_009,
      associates: 0,
      describes: 1,
      late: { p50: 3_010, p99: 5_313, max: 6_062 },
    },
    rest: {
      syncs: 3_002,
      associates: 0,
      describes: 1,
      late: { p50: 3_026, p99: 5_389, max: 32_958 },
    },
    visited: {
      syncs: 2_020,
      associates: 6_293,
      describes: 1,
      late: { p50: 5_120, p99: 100_020, max: 204_700 },
    },
    /** Table writes per event, leads only over REST. */
    writesPerEvent: 1.02377,
  },
  hotLead: { calls: 1, lost: 0, drainMs: 4_653, receives: 1_102, maxReceives: 1 },
  /** By the length of the outage in hours. */
  outage: {
    4: { lost: 0, requestsInVain: 50, callsAtRecovery: 277, drainMs: 899_241 },
    24: { lost: 0, requestsInVain: 288, callsAtRecovery: 281, drainMs: 1_071_540 },
    312: { lost: 0, requestsInVain: 3_703, callsAtRecovery: 279, drainMs: 846_124 },
  } as Readonly<
    Record<
      number,
      | {
          readonly lost: number;
          readonly requestsInVain: number;
          readonly callsAtRecovery: number;
          readonly drainMs: number;
        }
      | undefined
    >
  >,
  /** Requests to DynamoDB and SQS that each waiting lead took in a day of outage. */
  requestsPerWaitingLeadDay: 290,
  isolation: {
    soap: {
      without: { age: { p50: 4_626, p99: 27_089, max: 37_855 }, lost: 0, calls: 1_391 },
      with: { age: { p50: 4_670, p99: 38_109, max: 78_783 }, lost: 0, calls: 1_446 },
    },
    rest: {
      without: { age: { p50: 4_626, p99: 27_089, max: 37_855 }, lost: 0, calls: 1_391 },
      with: { age: { p50: 4_799, p99: 39_528, max: 80_748 }, lost: 0, calls: 1_440 },
    },
  },
  /** Dollars: of a million events of 10,000 leads, and after an outage of 4 h; of a lead that waits an hour. */
  scale: { perMillion: 9.07, perMillionAfter4h: 19.94, perLeadHourWaiting: 11.67e-6 },
} as const;
