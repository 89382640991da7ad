import type { Action } from '../answers.ts';

/** Writes down what somebody did, as the functions write their lines. `user` is Cognito's `sub`. */
export const logAction = (action: Action): void => {
  const timestamp = new Date().toISOString();
  const line = { level: 'INFO', message: 'console action', timestamp, service: 'console' };
  process.stdout.write(`${JSON.stringify({ ...line, ...action })}\n`);
};
