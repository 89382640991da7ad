import type { LeadVerdict } from '../lead/settle.ts';

/** Why what went beside a lead's record waits on, in the answer to the lead or to it. */
export const reasonOf = (
  verdict: LeadVerdict,
  parts: 'activities' | 'relations',
  index: number,
): string => {
  if (verdict.kind !== 'synced') return verdict.because;
  const told = verdict[parts]?.[index];
  return told && told.kind !== 'added' ? told.because : 'Marketo did not answer for it';
};
