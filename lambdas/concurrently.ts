/** How many leads are looked at, or visits sent, at once. */
const atOnce = 25;

/** Runs `work` on all items, a few at once; an item whose work rejects goes to `onFailure`. */
export const concurrently = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  onFailure: (item: T, error: unknown) => void,
): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      try {
        results.push(await work(item));
      } catch (error) {
        onFailure(item, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
};
