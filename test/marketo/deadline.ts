/** For clients whose deadline is not tested: no test depends on how fast the machine is. */
export const never = (): AbortSignal => new AbortController().signal;

/** A deadline that passes when the test says so. */
export const manualDeadline = () => {
  const deadline = new AbortController();
  return {
    abortAfter: () => deadline.signal,
    pass: (): void => {
      // As a timer's signal gives it.
      deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    },
  };
};
