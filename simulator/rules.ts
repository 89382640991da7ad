/**
 * The simulated Marketo's own numbers. Not taken from `lambdas/limits.ts`: a server that shared its
 * client's constants would agree with the client's mistakes.
 */
export const rules = {
  /** This destination's rule: one sync of a lead in 30 s, from the end of one to the next's start. */
  lockMs: 30_000,
  /** Not documented by Adobe; wide enough for skewed clocks, narrow enough to catch a stored signature. */
  signatureMaxAgeMs: 300_000,
  /** 100 calls in 20 s, 10 at once, 300 leads a call, 10,000 calls a day (Adobe, SOAP limits). */
  rateCalls: 100,
  rateWindowMs: 20_000,
  callsAtOnce: 10,
  leadsPerCall: 300,
  callsPerDay: 10_000,
  /** Calls a day over REST, where Adobe grants more. */
  restCallsPerDay: 50_000,
  /** Activities a call, and filter values of a lookup. */
  recordsPerCall: 300,
  /** Leads of one campaign request, and its tokens (Adobe, Smart Campaigns). */
  campaignLeads: 100,
  campaignTokens: 100,
  /** Leads that a filter may match: more is an error (Adobe, Leads). */
  leadsFound: 1_000,
  /** Losers of one merge (code 1080). */
  leadsMerged: 25,
  /** A body over REST: "1 MB" in Adobe's documents, taken in its smaller sense. */
  restBodyBytes: 1_000_000,
  /** A file of a bulk import stays under this, and so many jobs wait or are at work (Adobe, Bulk Import). */
  importBodyBytes: 10_000_000,
  importsQueued: 10,
  importsAtOnce: 2,
  /** Not documented by Adobe. */
  importRowsPerSecond: 500,
  /** How long a job is known (Adobe: seven days). */
  importKeepMs: 604_800_000,
  /** The longest URI over REST: 8 KB. */
  restUriCharacters: 8_192,
  /** The attributes of one activity (code 1049). */
  attributesBytes: 65_536,
  /** How long a token lives. */
  tokenMs: 3_600_000,
  /** The zone in which a new day of calls begins at midnight. */
  quotaZone: 'America/Chicago',
} as const;

/** Largest request body that is read; of a bulk import. */
export const bodyBytes = 5_000_000;
export const importRequestBytes = 12_000_000;
