/** `_mch-<domain>-<13 digits of ms>-<5 digits>`, or `_mch-<domain>-<4 to 32 hex digits>` since 2021. */
const token = /^_mch-[A-Za-z0-9.-]+-(\d{13}-\d{5}|[0-9a-f]{4,32})$/;

export const isToken = (text: string): boolean => token.test(text);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The token of a whole cookie, `id:<Munchkin id>&token:_mch-…`, percent-encoded or not.
 * Undefined when it is no cookie of this instance.
 */
export const tokenOfCookie = (cookie: string, munchkinId: string): string | undefined => {
  const parts = /^id:([^&]+)&token:(.+)$/.exec(cookie.includes('%3A') ? decoded(cookie) : cookie);
  if (parts?.[1]?.toUpperCase() !== munchkinId.toUpperCase()) return undefined;
  return parts[2] !== undefined && isToken(parts[2]) ? parts[2] : undefined;
};
