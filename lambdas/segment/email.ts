import type { Json } from './event.ts';

/**
 * Whether a text looks like an e-mail address: the classic destination's `/.+@.+\..+/`, and no
 * white space. Written as index arithmetic, since that expression takes cubic time on `@@@@…`.
 */
export const isEmail = (text: string): boolean => {
  if (/\s/.test(text)) return false;
  const at = text.indexOf('@', 1);
  return at > 0 && text.lastIndexOf('.', text.length - 2) >= at + 2;
};

/** The trimmed text where a value is an e-mail address; anything else counts as absent. */
export const emailIn = (value: Json | undefined): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return isEmail(trimmed) ? trimmed : undefined;
};

/** What makes two addresses one lead: trimmed and in lower case. */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();
