import type { MarketoContext } from './marketo.d.ts';

/** Why something is not done, in words of ours that name no person. */
export class Because extends Error {}

/**
 * Tells analytics.js's logger why something was not done. Of errors that are not ours only the name:
 * others' words may quote what a visitor typed. Never throws.
 */
export const warn = (context: MarketoContext, error: unknown): void => {
  const other = (error as Error | undefined)?.name;
  try {
    context.log('warn', `Marketo: ${error instanceof Because ? error.message : other}`);
  } catch {
    // There is nobody left to tell, and the page must not hear of it.
  }
};
