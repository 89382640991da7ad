/** An error's name, which is all of it that goes into a log: messages may repeat what was sent. */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name : 'unknown error';
