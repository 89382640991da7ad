/** Saves all at once. Where one fails the others are awaited all the same: none outlives its turn. */
export const every = async <Id, T>(
  entries: Iterable<readonly [Id, T]>,
  save: (id: Id, value: T) => Promise<boolean>,
): Promise<boolean> => {
  const saved = await Promise.allSettled([...entries].map(([id, value]) => save(id, value)));
  const failed = saved.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return saved.every((one) => one.status === 'fulfilled' && one.value);
};
