/** Full jitter: uniform between 0 and `first` doubled with every attempt, at most `longest`. */
export const backoffMs = (
  attempts: number,
  random: number,
  { firstMs, longestMs }: { readonly firstMs: number; readonly longestMs: number },
): number => Math.floor(random * Math.min(longestMs, firstMs * 2 ** attempts));
