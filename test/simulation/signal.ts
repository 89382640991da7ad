/** Wakes all who wait for it. */
export const createSignal = () => {
  let waiting: (() => void)[] = [];
  return {
    ring: (): void => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    rung: (): Promise<void> =>
      new Promise((wake) => {
        waiting.push(wake);
      }),
  };
};
