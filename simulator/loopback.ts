import type { IncomingHttpHeaders } from 'node:http';

const here = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Which header shows that a request comes from no page or program of this machine: `Host` names
 * somebody else's name that leads here (DNS rebinding), `Origin` a page of another site.
 */
export const foreignHeader = ({
  host = '',
  origin,
}: IncomingHttpHeaders): 'host' | 'origin' | undefined => {
  if (!here.test(host)) return 'host';
  const own = `http://${host.toLowerCase()}`;
  return origin === undefined || origin.toLowerCase() === own ? undefined : 'origin';
};
