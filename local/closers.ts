/** What was started, to be stopped in the opposite order. */
export interface Closers {
  add(close: () => unknown): void;
  /** Stops everything, once; where some of it fails, the rest is stopped before it rejects. */
  close(): Promise<void>;
}

export const createClosers = (): Closers => {
  const closers: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (close) => {
      closers.push(close);
    },
    close: () => (closing ??= closeAll()),
  };
};
