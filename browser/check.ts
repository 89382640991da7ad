import { Because } from './log.ts';
import type { MarketoOptions } from './marketo.d.ts';

const wrongWith = ({
  munchkinId,
  endpoint,
  writeKey,
  identify = 'server',
}: Partial<MarketoOptions>): string => {
  if (!/^\w{3}-\w{3}-\w{3}$/.test(munchkinId as string))
    return 'munchkinId must be like 123-ABC-456';
  if (!/^https?:/.test(endpoint as string)) return 'endpoint must be a URL';
  if (identify === 'server') return writeKey ? '' : 'writeKey must be there';
  return typeof identify === 'function' ? '' : 'identify must be server or a function';
};

/** Throws where the options cannot be used; the error says which one, and what it must be. */
export const check = (options: Partial<MarketoOptions>): void => {
  const wrong = wrongWith(options);
  if (wrong) throw new Because(wrong);
};
