/** How long browsers and CloudFront keep the script, under each of its two addresses. */
export const browserScriptTiming = {
  /** What an address holds that is named after its content never changes. */
  versionedSeconds: 365 * 24 * 3_600,
  latestSeconds: 300,
} as const;

/** The console that the stack serves. */
export const consoleTiming = {
  /** Under the 30 s that API Gateway waits for a function. */
  functionTimeoutSeconds: 29,
  /** How long a sign-in counts; then the browser goes through the sign-in pages again. */
  tokenMinutes: 60,
  refreshMinutes: 60,
  passwordCharacters: 12,
  invitationDays: 7,
  /** Requests of all users together. */
  requestsPerSecond: 20,
  burst: 40,
} as const;
