/**
 * Nothing but lock and call, for one lead: each call starts as soon as there is something to tell and
 * the lock of the one before has ended, and carries all there is. Returns, of each event, how old it
 * is when its call ends. (Whoever knew the future could hold a call back and do better still.)
 */
export const idealAges = (
  moments: readonly number[],
  { lockMs, callMs }: { readonly lockMs: number; readonly callMs: number },
): readonly number[] => {
  const ages: number[] = [];
  let free = -Infinity;
  for (let next = 0; next < moments.length;) {
    const start = Math.max(free, moments[next] ?? free);
    const end = start + callMs;
    for (; (moments[next] ?? Infinity) <= start; next += 1) ages.push(end - (moments[next] ?? end));
    free = end + lockMs;
  }
  return ages;
};
