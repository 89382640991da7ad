import type { Visit } from '../marketoTypes.ts';

/** The version of Munchkin whose requests these are. */
const munchkinVersion = '164';

/** `www.example.com:8443` → its name and port; a port that is the protocol's own stays empty. */
const hostParts = (host: string): readonly [name: string, port: string] => {
  const [, name = host, port = ''] = /^(.*):(\d+)$/.exec(host) ?? [];
  return [name, port];
};

/**
 * The query string of a `visitWebPage` request: Munchkin's parameters in Munchkin's order. The
 * optional `_mchCn` (a name for the page) is never sent, because the destination ignores names.
 */
export const visitQuery = (visit: Visit, munchkinId: string): string => {
  const [host, port] = hostParts(visit.host ?? '');
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['_mchNc', String(visit.at)],
    ['_mchRu', visit.path],
    ['_mchQp', visit.query],
    ['_mchId', munchkinId],
    ['_mchTk', visit.token],
    ['mkt_tok', visit.mailToken],
    ['_mchHo', host],
    ['_mchPo', port],
    ['_mchPc', visit.protocol ?? ''],
    ['_mchVr', munchkinVersion],
    ['_mchEcid', ''],
    ['_mchRe', visit.referrer ?? ''],
  ];
  return parameters
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value.toWellFormed())}`],
    )
    .join('&');
};
