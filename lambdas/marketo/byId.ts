import type { Update } from './marketoTypes.ts';

/** Whether Marketo finds the lead by its id alone: its e-mail is a new one, or does not find it. */
export const isById = ({ byId, marketoId }: Update): boolean =>
  byId === true && marketoId !== undefined;
