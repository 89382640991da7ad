/** How long browsers and CloudFront keep the script, under each of its two addresses. */
export const browserScriptTiming = {
  /** What an address holds that is named after its content never changes. */
  versionedSeconds: 365 * 24 * 3_600,
  latestSeconds: 300,
} as const;
