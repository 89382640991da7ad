import type { MarketoContext } from './marketo.d.ts';

/** Why something is not done, in words of ours that name no person. */
export class Because extends Error {
  override readonly name = 'Marketo';
}

/**
 * Tells analytics.js's logger why something was not done. Of errors that are not ours only the name:
 * others' words may quote what a visitor typed. Never throws.
 */
export const warn = (context: MarketoContext, error: unknown): void => {
  try {
    // By its name, not its class: a file that is bundled apart has a class of its own.
    const { name, message } = Object(error) as Error;
    context.log('warn', `Marketo: ${name === 'Marketo' ? message : name}`);
  } catch {
    // There is nobody left to tell, and the page must not hear of it.
  }
};
