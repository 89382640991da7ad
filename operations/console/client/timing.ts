/** How often the page asks and draws. Nothing of the pipeline depends on it. */
export const pageTiming = {
  /** The picture of the flow, and how often other pages look at it for the marks in the header. */
  flowMs: 1_000,
  flowAsideMs: 5_000,
  leadMs: 2_000,
  eventMs: 2_000,
  budgetMs: 5_000,
  /** Pages of the history. */
  eventsMs: 3_000,
  problemsMs: 10_000,
  countsMs: 10_000,
  alarmsMs: 10_000,
  /** Events in one file. */
  exportEvents: 50_000,
  /** A test event that somebody watches. */
  testMs: 500,
  /** What was typed counts when nothing was typed for so long. */
  typedMs: 250,
  infoMs: 60_000,
  /** A deployed stack's history is read over the network, for money: it is asked so many times less often. */
  deployedFactor: 10,
  /** The longest wait between two tries of a call that fails. */
  failingLongestMs: 15_000,
  /** A call that has no answer by then failed. */
  requestMs: 60_000,
  countdownMs: 250,
  /** Signed in just now, and told to sign in again: nothing that another sign-in would change. */
  signInAgainMs: 60_000,
  /** How long the first key of a chord waits for its second. */
  chordMs: 1_500,
} as const;
