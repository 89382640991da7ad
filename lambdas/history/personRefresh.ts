import type { HistoryUpdate } from './historyPorts.ts';

/** What people are found by; an event that changes it is written at once. */
const findable = /e-?mail|user.?id|name/i;

/** Of events that say nothing new of who somebody is, so many refresh the person's item: one. */
const oneIn = 32;

const digitsOf = (message: string): number => Buffer.from(message, 'base64url')[0] ?? 0;

/**
 * Whether an event is worth a write of its person's item. One that repeats what Marketo has already comes of
 * somebody whom an earlier event has named within hours, perhaps by another instance: one in 32 is enough to keep the
 * item from ending, and mends one that was lost.
 */
export const refreshesPerson = ({ message, steps }: HistoryUpdate): boolean => {
  const told = steps.filter((step) => step.kind === 'step');
  const isRepeat = told.some(({ step }) => step === 'unchanged');
  const isNews = told.some(
    ({ step, fields = [] }) => step !== 'unchanged' && fields.some((name) => findable.test(name)),
  );
  return !isRepeat || isNews || digitsOf(message) % oneIn === 0;
};
