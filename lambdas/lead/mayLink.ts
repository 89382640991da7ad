import { unknownKind, type SourceKind } from '../segment/source.ts';

/** The keys that lead to a lead. Servers alone can vouch for the first two. */
type KeyKind = 'userId' | 'email' | 'anonymousId' | 'cookie';

/** Who said something: a link, a value, or what is held. Absent: nobody knew kinds yet. */
interface Said {
  readonly by?: SourceKind;
}

const vouched: ReadonlySet<KeyKind> = new Set(['userId', 'email']);

const byServer = ({ by = unknownKind }: Said): boolean => by === 'server';

/**
 * Whether a source may make a key lead to another lead, where `link` is the link that stands
 * (undefined: none). A browser key never re-links a userId or an e-mail that a server key has
 * linked. A page's own keys, cookie and anonymousId, it may link at any time.
 */
export const mayLink = (key: KeyKind, link: Said | undefined, by: SourceKind): boolean =>
  link === undefined || by === 'server' || !vouched.has(key) || !byServer(link);

/**
 * Whether what was said under a key may go to the lead that the key's link names. What a server key
 * said goes only where a server key says; until then it is held. What a browser key said goes
 * anywhere. Links from before kinds are believed as they were, until a browser key changes them.
 */
export const mayFollow = (said: Said, link: Said): boolean =>
  !byServer(said) || link.by === undefined || byServer(link);

/** Whether a source may write a field, given the fields that the mapping reserves for servers. */
export const mayWrite = (
  field: string,
  by: SourceKind,
  reservedForServers: ReadonlySet<string>,
): boolean => by === 'server' || !reservedForServers.has(field);
