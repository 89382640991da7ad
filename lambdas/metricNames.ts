/** The CloudWatch namespace of everything that this product counts. */
export const metricNamespace = 'MarketoDestination';

/**
 * What is counted, each with the name of the function and of the stack as its dimensions. The steps
 * count events: one for each event that a line of the delivery log is about, so an event that takes a
 * step twice counts twice. Unit: `Count`.
 */
export const countNames = [
  // Steps of events.
  'Accepted',
  'Dropped',
  'Queued',
  'Absorbed',
  'Superseded',
  'Unchanged',
  'Held',
  'Waiting',
  'Synced',
  'Visited',
  'Dead',
  /** Events that ingest refused. */
  'Refused',
  /** Traits that no field takes, or attributes that no value fills; their events go on without them. */
  'DroppedTraits',
  /** Values and cookies that Marketo does not take, or surely would not; their leads go on. */
  'RefusedValues',
  /** Fields that Marketo does not have, each once a day. */
  'UnknownFields',
  /** Answers of Marketo's whose code stands in no table of ours. */
  'UnknownCodes',
  /** Calls that brought leads to Marketo, answered or given up. */
  'Calls',
  /** API requests that were made of the day's quota. */
  'Requests',
  /** Leads that had something to say and were found locked. */
  'LockWaits',
  /** Looks at what is due for which the day had no call: it is used up, or its calls are being spread. */
  'BudgetWaits',
  /** Leads that Marketo had deleted or merged, and made anew or knows by another id. */
  'LeadsReplaced',
  /** Execution environments that started. */
  'ColdStarts',
  /** Events of which the history lacks something; nothing of them is lost to Marketo. */
  'HistoryLost',
] as const;

export type CountName = (typeof countNames)[number];

/** What is measured, with its unit; CloudWatch gets each value, for percentiles. */
export const valueUnits = {
  /** From the moment an event was received until Marketo had it. */
  Freshness: 'Milliseconds',
  LeadsPerCall: 'Count',
  /** How long Marketo took to answer a call. */
  CallTime: 'Milliseconds',
  /** Requests of the day's quota that are used by now; once a minute. */
  CallsUsed: 'Count',
  /** The most requests that the day may have; once a minute. */
  CallsLimit: 'Count',
  /** Leads that are due, as far as one look counts them (1,000); once a minute. */
  LeadsDue: 'Count',
  /** How long the lead that has waited longest has been due; once a minute. */
  OldestDue: 'Milliseconds',
  /** How long Marketo has been unavailable; at each call that finds it so. */
  UnavailableFor: 'Milliseconds',
} as const;

export type ValueName = keyof typeof valueUnits;

/** What is counted and measured for dashboards and alarms. Never throws for what the outside does. */
export interface Metrics {
  /** `amount` absent: 1. */
  count(name: CountName, amount?: number): void;
  /** One value, in the unit of its name. */
  record(name: ValueName, value: number): void;
}
