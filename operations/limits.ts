/** Durations and limits of the console and the command line. A leaf: it imports nothing. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** What the console takes of one request. Its clients send longer lists of ids in several. */
export const consoleLimits = {
  /** A mapping of a thousand rules fits. */
  bodyBytes: 1_048_576,
  idCharacters: 2_048,
  ids: 1_000,
  /** On a page of events. */
  events: 500,
  /** Of a part of somebody's e-mail, userId or name. */
  partCharacters: 3,
} as const;

/** How long the command line waits for the console: it may ask Marketo which fields it has. */
export const consoleTiming = { requestMs: MINUTE_MS } as const;

/** How the tools look at a deployed stack. */
export const deployedTiming = {
  /** One request to AWS from wherever the user is. */
  requestTimeoutMs: 20 * SECOND_MS,
} as const;

/** How long `check` waits for each of those that it asks. */
export const checkTiming = {
  requestMs: 10 * SECOND_MS,
  /** How often a permit of the budget is asked for, and how long after it had none. */
  slotTries: 3,
  slotWaitMs: 3 * SECOND_MS,
} as const;

/** What a command gets after Ctrl-C to say where it stopped. */
export const commandTiming = { stopGraceMs: 500 } as const;

/** How the command line sends a file of events. */
export const sendFileTiming = {
  /** How often `--bulk` asks again while a file is sent; a request counts for three times as long. */
  bulkEveryMs: 5 * MINUTE_MS,
  requestMs: 30 * SECOND_MS,
  /** A request that is not answered, or that is told to come later, is sent again. */
  backoffFirstMs: SECOND_MS,
  backoffLongestMs: 30 * SECOND_MS,
  /** Without one answer for so long it is given up; the position is kept. */
  giveUpMs: 15 * MINUTE_MS,
  /** How often progress is written anew to a terminal, and else. */
  drawMs: 100,
  tellMs: 10 * SECOND_MS,
} as const;

/** How the console sends one event. Somebody waits for the answer. */
export const sendTestTiming = {
  requestMs: 10 * SECOND_MS,
  backoffFirstMs: SECOND_MS,
  backoffLongestMs: 2 * SECOND_MS,
  giveUpMs: 20 * SECOND_MS,
} as const;

/** One request of the command line: well within what ingest takes, and answered soon. */
export const sendFileLimits = { events: 250, bytes: 400 * 1_024 } as const;

/** What one look at the dead letters costs at most. */
export const deadLetterLimits = {
  /** On a page, and of one person: each may be as large as an item of the table. */
  pageItems: 100,
  /** Requests for one page or one count; each reads 1 MB of the index at most. */
  scans: 20,
  /** Messages of the dead-letter queue that are hidden at once, to be looked at or looked through. */
  events: 200,
} as const;

export const deadLetterTiming = {
  /** How long a message stays hidden where whoever looks at it dies. */
  lookSeconds: 60,
  /** Asked for that long, SQS looks at all of its servers. */
  waitSeconds: 1,
  /** How long a count stands that took more than one request. */
  countKeptMs: MINUTE_MS,
} as const;
