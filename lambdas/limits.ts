/**
 * Every duration and limit of the pipeline, each with its unit in its name.
 * `test/limits.test.ts` holds the inequalities between them. A leaf: it imports nothing.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How far apart two machines' clocks may be; counted once at each end of a lock. */
const clockSkewMs = 2 * SECOND_MS;
/** One sync per lead in this time, from the end of one call to the start of the next. */
const lockMs = 30 * SECOND_MS;
/** Marketo may work on a request for this long, whether or not we still wait for its answer. */
const marketoWorksMs = 90 * SECOND_MS;
/** From before the locks to the end of all requests; what exceeds Marketo's time is for the locks. */
const callTimeoutMs = marketoWorksMs + 10 * SECOND_MS;
/** What a sync turn needs after its call to write down the answers of 300 leads. */
const settleMarginMs = 20 * SECOND_MS;

/** What the pure folders and the worker's turns need to know of time. */
export const leadTiming = {
  /** Lock after a call's end: the rule's 30 s and the clocks' difference. */
  lockMs: lockMs + clockSkewMs,
  callTimeoutMs,
  /** A request starts only while this much is left: past the deadline Marketo works on none. */
  marketoWorksMs,
  /** The lock while a call is in flight, from the moment before the lock write. */
  leaseMs: callTimeoutMs + lockMs + clockSkewMs,
  settleMarginMs,
  backoffFirstMs: 32 * SECOND_MS,
  backoffLongestMs: 15 * MINUTE_MS,
  /** One probe in this time, doubling from the first to the second, while Marketo is unreachable. */
  probeFirstMs: 30 * SECOND_MS,
  probeLongestMs: 5 * MINUTE_MS,
  /** Mailboxes outlive every queue, so that a late event meets the order it lost to. */
  mailboxKeepMs: 90 * DAY_MS,
  /** Aliases outlive mailboxes and live as long as Munchkin's cookie (730 days). */
  aliasKeepMs: 730 * DAY_MS,
  /** How long a dead letter stays that ended a hold of what only browser keys said. */
  endedHoldKeepMs: 90 * DAY_MS,
  /** How long what was refused with its whole lead is not tried again: at first, and at most. */
  refusedFirstMs: DAY_MS,
  refusedLongestMs: 30 * DAY_MS,
  /** How long a value of a field that Marketo does not have is not looked at again. */
  unknownFieldMs: DAY_MS,
  /** How long Marketo's description of its fields is believed. */
  schemaBelievedMs: DAY_MS,
  /** How long a description that did not come, or that a sync contradicts, is not asked for again. */
  describeRetryMs: 10 * MINUTE_MS,
  describeTimeoutMs: 20 * SECOND_MS,
  /** How long an instance believes what it read about fields. */
  fieldCacheMs: MINUTE_MS,
  /** That a call synced somebody is written down this often; less than a lock, so it tells tries apart. */
  syncedNoteMs: 15 * SECOND_MS,
  /** Leads that fail so far apart have nothing to do with each other. */
  troubleMs: 20 * MINUTE_MS,
  /**
   * An erasure looks for dead letters a second time when whoever read an item before its tombstone, and
   * the index, are over.
   */
  erasureRepeatMs: 5 * MINUTE_MS,
  visitBackoffFirstMs: 4 * SECOND_MS,
  /** A lead that is to be deleted in Marketo waits so much longer than its next try: ticks are minutes apart. */
  removalHoldMs: 3 * MINUTE_MS,
} as const;

export type LeadTiming = Readonly<Record<keyof typeof leadTiming, number>>;

/** How calls are paced so that Marketo's limits hold however our clocks differ. */
export const budgetTiming = {
  /** How far a clock of ours may be from the true time, either way. */
  clockSkewMs: SECOND_MS,
  /** How long after its permit was taken a request may start; a later permit is discarded. */
  permitUseMs: 2 * SECOND_MS,
  /** Spread of the turns that come back at one moment. */
  retryJitterMs: SECOND_MS,
  /** Of a window's permits, so many are left by what brings no fields: cookies are many at first. */
  reservedPermits: 2,
  /** A call that is not full is the first of a moment of this length, and takes along what gathered. */
  gatherMs: 2 * SECOND_MS,
  /** Relations gather for moments of this length; one worker sends those of each. */
  relationsGatherMs: 15 * SECOND_MS,
  /** Beyond those first calls, this share of the day's calls, spread evenly, may go at once. */
  eagerShare: 0.5,
  /** Share of the day's calls that may go as fast as the permits allow; the rest is spread evenly. */
  burstShare: 0.25,
  /** So long after midnight Marketo may still count the day before: no reason to give up the day. */
  lateResetMs: HOUR_MS,
  /** Counters are kept beyond their time, so that no clock misses one that still counts. */
  permitsKeepMs: HOUR_MS,
  dayKeepMs: 2 * DAY_MS,
} as const;

export type BudgetTiming = Readonly<Record<keyof typeof budgetTiming, number>>;

/**
 * Requests that we make of Marketo at most. It allows 100 in any 20 s and a number a day; over REST
 * it asks each integration to stay under 50 in 20 s. Of the day we leave a fifth to others.
 */
export const callLimits = {
  rest: { perWindow: 5, windowMs: 3 * SECOND_MS, dailyCalls: 40_000 },
  soap: { perWindow: 10, windowMs: 3 * SECOND_MS, dailyCalls: 8_000 },
} as const;

/** Bounds of one item in the leads table (DynamoDB allows 400 KB). */
export const leadLimits = {
  fields: 1_000,
  cookies: 50,
  /** Custom activities that wait. */
  activities: 1_000,
  /** Messages whose activities are done: one that comes again is known for so many others. */
  doneActivities: 500,
  /** Lead keys that a mailbox lists itself, to be found when its user is deleted; earlier ones on pages. */
  keys: 200,
  /** Leads that a userId's key lists itself, for the same reason; earlier ones on pages. */
  leads: 50,
  /** Pages that an item lists itself; earlier ones on a page of pages. */
  keyPages: 50,
  /** Deletes of a user that are known again when they come again, the latest. */
  deletes: 20,
  /** Dead letters that a mailbox knows to have gone back into it, the latest. */
  revivedLetters: 20,
  itemBytes: 300_000,
} as const;

/** How many names of fields are remembered as refused by a sync. */
export const maxFieldNames = 500;

/** How many fields that Marketo lacks are reported by name: an inventor of traits must not use it up. */
export const fieldReportLimits = {
  /** Of one lead at a time. */
  perLead: 50,
  /** Of one source, on one day of Marketo's. */
  perSource: 500,
  /** The same in bytes, so that the reports of several sources fit into one item. */
  bytesPerSource: 50_000,
} as const;

/** How many custom traits `check` knows of each source, and for how long after they came last. */
export const seenTraitLimits = {
  perSource: 200,
  /** The same in bytes, so that a dozen sources fit into one item. */
  bytesPerSource: 20_000,
  days: 30,
  /** Names of one source, custom or not, that one instance looks at on one day. */
  noticedPerSource: 1_000,
} as const;

/** One request to DynamoDB or SQS; a hung socket must not cost a function its whole time. */
export const awsTiming = {
  connectTimeoutMs: 2 * SECOND_MS,
  requestTimeoutMs: 5 * SECOND_MS,
} as const;

export type LeadLimits = Readonly<Record<keyof typeof leadLimits, number>>;

/** Limits of Segment's HTTP Tracking API. */
export const ingestLimits = {
  eventBytes: 32 * 1_024,
  /** Of a body, as sent and unpacked: what Lambda takes in one invocation (AWS Lambda quotas). */
  bodyBytes: 6 * 1_024 * 1_024,
  batchEvents: 2_500,
  messageIdCharacters: 100,
  /** Objects and arrays within each other: ours, so that no depth exhausts a stack further on. */
  nesting: 100,
  /** Keys of an event, those of all its objects together: ours, twice what a mailbox takes. */
  keys: 2_000,
  /** What a batch's context and integrations may add to all of its events together: ours. */
  sharedBytes: 5 * 1_024 * 1_024,
} as const;

/** Limits of one `SendMessageBatch` (Amazon SQS quotas). */
export const sendLimits = { entries: 10, bytes: 1_048_576 } as const;

/** How ingest sends to the events queue; budget and secret call fit into its function's timeout. */
export const sendTiming = {
  /** One try of one `SendMessageBatch`: a hung socket leaves time for another. */
  tryTimeoutMs: 1_500,
  /** One `SendMessageBatch` with the SDK's own retries. */
  callTimeoutMs: 5 * SECOND_MS,
  /** All of a request's sends; past it nothing more is tried and the answer is 503. */
  budgetMs: 15 * SECOND_MS,
  /** How often an entry that SQS refused is sent, the first time included. */
  tries: 4,
  backoffFirstMs: 50,
  /** Chunks in flight at once for one request. */
  lanes: 8,
  /** What a lane reckons for one request; a group that would then not fit the time spans lanes. */
  slowRequestMs: 200,
} as const;

/** Webhooks and the AWS Lambda destination: Segment gives up after 5 s and comes again. */
export const forwardTiming = { answerMs: 4 * SECOND_MS } as const;

export const secretTiming = {
  callTimeoutMs: 3 * SECOND_MS,
  /** A secret that cannot be used is not asked for again in this time. */
  failureMs: 5 * SECOND_MS,
  /** After a failed refresh the older value serves this long before we ask again. */
  retryMs: 30 * SECOND_MS,
} as const;

export const ingestTiming = {
  functionTimeoutSeconds: 25,
  /** What a client is told to wait when the queue is down. */
  retryAfterSeconds: 5,
  /** Events of one content without a messageId or a time of their own are one within this time. */
  sameContentMs: 10 * MINUTE_MS,
  /** How long a write key is believed before Secrets Manager is asked again. */
  secretMaxAgeSeconds: 300,
  /** How long a browser may believe a preflight; none believes longer than two hours. */
  preflightMaxAgeSeconds: 7_200,
} as const;

/**
 * When a group of the events queue is crowded, as one environment of ingest counts. SQS looks for
 * groups among the first 120,000 messages of a FIFO queue; behind those, everybody waits.
 */
export const crowdingLimits = {
  /** Counts are kept for one to two of these. */
  windowMs: MINUTE_MS,
  /** Groups that are counted at once; more begin anew. */
  groups: 50_000,
  /** Events of one source for one group, after which the group is spread, and over how many. */
  spreadAfter: 200,
  ways: 16,
  /** After so many, what is more is refused as long as the queue holds so much. */
  refuseAfter: 1_000,
  backlogMessages: 60_000,
  backlogBelievedMs: 10 * SECOND_MS,
  backlogTimeoutMs: SECOND_MS,
} as const;

export const absorbTiming = {
  functionTimeoutSeconds: 30,
  batchSize: 10,
  /** Keeps a burst of events from taking the whole account's concurrency away from ingest. */
  maximumConcurrency: 100,
  /** One try of one visit; a failed one waits in the table. */
  visitTimeoutMs: 3 * SECOND_MS,
  /** Left for the table and the queues: past it, visits wait in the table untried. */
  visitReserveMs: 10 * SECOND_MS,
} as const;

export const syncTiming = {
  functionTimeoutSeconds: 180,
  /** Ticks of one invocation; more than 10 would need a batching window of a second. */
  batchSize: 10,
  /** As many calls at once: Adobe asks each integration for no more. */
  maximumConcurrency: 5,
  secretMaxAgeSeconds: 300,
} as const;

/** When somebody looks at the index of what is due. */
export const tickTiming = {
  /** The scheduled tick, which needs no other: what is due goes out within this time. */
  everyMinutes: 1,
  /** Once nothing of version 0.1 was found, an instance looks for it this rarely. */
  legacyEveryMs: 10 * MINUTE_MS,
  /** How far two machines' clocks may be apart: a tick may come that much early by the other's. */
  clockSkewMs,
  /** The scheduled tick waits for a permit that is to be had within this time. */
  patienceMs: 5 * SECOND_MS,
  /** A moment further ahead gets no tick of its own. */
  aheadMs: 2 * MINUTE_MS,
  /** What has no fields to tell goes behind what has, unless it has waited for so much longer. */
  restPatienceMs: 10 * MINUTE_MS,
} as const;

/** Leads whose relations are read at once, to find the largest requests among them; and what they weigh. */
export const gatherLimits = { leads: 2_000, bytes: 50_000_000 } as const;

/** Leads that one tick names; 300 B each at most. */
export const tickLimits = { leads: 100 } as const;

/**
 * The index of what is due: partitions of each lane, and items of one page. Each partition takes 1,000
 * writes a second, and a look reads all of them.
 */
export const indexLimits = {
  shards: 4,
  /** Of the entries that version 0.1 wrote. */
  legacyShards: 8,
  pageItems: 100,
} as const;

/** Longer than any address or callback that a client of ours makes. */
export const hashLimits = {
  emailCharacters: 320,
  callbackCharacters: 100,
  /** What is read of a request: the longest token has a third of it. */
  bodyBytes: 4_096,
  /** A secret that signs tokens: 32 characters of base64 or hex leave nothing to guess. */
  tokenSecretCharacters: 32,
} as const;

export const hashTiming = {
  functionTimeoutSeconds: 10,
  secretMaxAgeSeconds: 300,
  /** A token that would be good for longer than this is not good at all. */
  tokenLongestSeconds: 300,
} as const;

export const queueTiming = {
  eventsVisibilitySeconds: 6 * absorbTiming.functionTimeoutSeconds,
  ticksVisibilitySeconds: 6 * syncTiming.functionTimeoutSeconds,
  retentionSeconds: 14 * 24 * 3_600,
  /** Events outlast an outage of the table of a day, and go on by themselves; SQS allows 1,000. */
  eventsMaxReceiveCount: 480,
} as const;

/** What a Marketo field can be called and how deep an object may nest to travel as JSON text. */
export const marketoLimits = {
  fieldNameCharacters: 255,
  jsonDepth: 64,
  /** Both syncMultipleLeads and leads.json take 300. */
  leadsPerCall: 300,
  /** Tries of a lead that Marketo fails to write for no reason that it names: within an hour. */
  boundedAttempts: 8,
  /** After so many tries those count although no other call succeeds: about half a day. */
  unprovenAttempts: 100,
} as const;

/** Marketo names no limit for SOAP; what it takes over REST is the size that it is known to work on. */
export const soapLimits = { bodyBytes: 1_000_000 } as const;

/** How the REST client spends its requests and believes its tokens. */
export const restLimits = {
  /** Adobe's 1 MB, read the narrow way. */
  bodyBytes: 1_000_000,
  /** Cookies that one call associates, a request each: a call's share of the window stays small. */
  cookiesPerCall: 3,
  /** What `activities/external.json` takes; one request a call, in the place of a cookie. */
  activitiesPerCall: 300,
  /** Leads that one request adds to a static list, or removes from it. */
  leadsPerListCall: 300,
  /** Leads of one request of a campaign. */
  leadsPerCampaignCall: 100,
  /** Companies of one request. */
  companiesPerCall: 300,
  /** Leads of one program that one request gives a status, or fields of their membership. */
  leadsPerProgramCall: 300,
  /** Values that one search for leads takes, and leads that one page of its answer has (Adobe's limits). */
  filterValues: 300,
  leadsPerPage: 300,
  /** A search finds 1,000 leads at most. */
  pagesPerLookup: 4,
  /** Far above the description of every field an instance can have. */
  answerBytes: 20_000_000,
  /** A token this near its end is not kept. */
  tokenMarginMs: MINUTE_MS,
  tokenTimeoutMs: 20 * SECOND_MS,
} as const;

/** Bulk imports, which carry a backlog that the day's calls cannot. */
export const importLimits = {
  /** Of one file: below Adobe's 10 MB, read the narrow way, by what frames the file. */
  fileBytes: 9_500_000,
  /** Rows of one file: as many leads as one turn can lock and upload. */
  rows: 20_000,
  /** What one job is reckoned to cost: its upload, its polls, and the files of its failures and warnings. */
  callsPerJob: 8,
  /** What a batch of Sync Leads carries. */
  leadsPerCall: marketoLimits.leadsPerCall,
  /** Fewer rows than this are no more calls as batches of Sync Leads. */
  minRows: 3_000,
  /** Jobs of ours at once: Marketo works on two and takes ten of everybody. */
  jobsAtOnce: 4,
  /** Leads that one look at the backlog reads at most, and what they weigh. */
  leadsRead: 40_000,
  bytesRead: 80_000_000,
  /** Rows of one item that remembers a part of a job: 150 B each at most. */
  pageRows: 1_500,
} as const;

export type ImportLimits = Readonly<Record<keyof typeof importLimits, number>>;

export const importTiming = {
  /** The lock of a lead in a job; longer than a job takes whose id nobody has got to know. */
  leaseMs: 2 * HOUR_MS,
  /** A job whose locks end sooner has them renewed. */
  renewBeforeMs: HOUR_MS,
  /** Between two polls: at first, and at most. */
  pollFirstMs: 50 * SECOND_MS,
  pollLongestMs: 5 * MINUTE_MS,
  /** How long Marketo knows a job (Adobe: seven days). */
  jobKnownMs: 7 * DAY_MS,
  /** How long the other calls leave a backlog to imports after somebody has last looked at it. */
  onMs: 4 * MINUTE_MS,
  /** How long an instance believes what it read of that. */
  believedMs: 5 * SECOND_MS,
  /** No import begins so long after Marketo's queue was full, and after a job that failed as a whole. */
  fullPauseMs: 5 * MINUTE_MS,
  failedPauseMs: HOUR_MS,
  /** So long after a look that found too few leads of one kind, nobody looks again. */
  fewPauseMs: 15 * MINUTE_MS,
  /** How long an operator's request counts. */
  askedMs: 15 * MINUTE_MS,
} as const;

export type ImportTiming = Readonly<Record<keyof typeof importTiming, number>>;

/** How the history is written: beside the work, never in its way. */
export const historyTiming = {
  /** What a function gives an invocation's history at most, once its work is done. */
  ingestWriteMs: 300,
  absorbWriteMs: 1_500,
  syncWriteMs: 5 * SECOND_MS,
  /** Calls that carried no event are written down so much later at most: less than `summaryDelayMs`. */
  callsWaitMs: 110 * SECOND_MS,
  /** Stretches of time that are summed up once they are over. */
  summaryMs: 5 * MINUTE_MS,
  /** A stretch is over so long after its end: by then each invocation of it has written. */
  summaryDelayMs: 2 * MINUTE_MS,
  /** How far back sync looks for stretches that nobody has summed up. */
  summaryBackMs: HOUR_MS,
  /** What one search may take before it returns what it has found. */
  searchMs: 2 * SECOND_MS,
} as const;

/** Bounds of the history; DynamoDB charges a write by the KB. */
export const historyLimits = {
  /** Partitions of what is read by time; each takes 1,000 writes a second. */
  shards: 4,
  /** Rows in one item. */
  rowsPerItem: 1_000,
  /** Writes under way at once. */
  writesAtOnce: 25,
  /** Events that one invocation writes down; more are lost to the history. */
  eventsPerInvocation: 5_000,
  troublesPerInvocation: 20,
  /** Calls that carried no event, from which on they are written down at once. */
  callsPerInvocation: 100,
  /** Steps of an event, from which on another wait is not written down. */
  steps: 60,
  /** Of each text of a description. */
  textCharacters: 200,
  fieldsPerStep: 30,
  payloadBytes: 16_384,
  /** Persons that an instance remembers to have written. */
  persons: 5_000,
  /** Pages of 1 MB that are read of one lead. */
  pagesPerOwner: 5,
  /** Persons whose events one search reads. */
  personsPerSearch: 50,
} as const;

export const alarmTiming = {
  periodSeconds: 300,
  /** More than the visibility: one failed try alone does not ring. */
  eventsOldestSeconds: 15 * 60,
  /** More than the longest turn of sync: ticks pile up behind nothing else. */
  ticksOldestSeconds: 15 * 60,
  /** A lead has been due for so long, in so many periods one after the other. */
  dueOldestMs: HOUR_MS,
  dueOldestPeriods: 3,
  /** Probes have failed for so long: no passing trouble. One says so in so many periods at least. */
  unavailableMs: 30 * MINUTE_MS,
  unavailablePeriods: 4,
  /** The middle event of a period came so long ago, for so many periods one after the other. */
  freshnessMs: HOUR_MS,
  freshnessPeriods: 3,
  /** Leads found no call in most of so many periods: a burst is over by then. */
  budgetWaitPeriods: 12,
  budgetWaitLeast: 9,
  /** Messages of one group may hide all behind the 120,000th: ring before. */
  backlogMessages: 100_000,
  /** More refused requests in a period than this, and more than one in so many, for so many periods. */
  refusalsLeast: 20,
  refusalsShare: 10,
  refusalsPeriods: 3,
  /** A day: CloudWatch looks no further back. */
  ingestSilentHours: 24,
  /** Periods one after the other without a run of sync, which a tick starts every minute. */
  silentPeriods: 3,
} as const;
