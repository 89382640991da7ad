import { createHash } from 'node:crypto';
import type { HttpAnswer } from './answer.ts';
import { plain } from './answer.ts';
import { isToken } from './cookie.ts';
import { Injected } from './faults.ts';
import type { Simulator } from './simulator.ts';

/** What is wrong with the query, for the parameters that Munchkin never leaves out or empty. */
const wrong = (query: URLSearchParams, munchkinId: string): string | undefined => {
  const has = (name: string, right: (text: string) => boolean): boolean =>
    query.getAll(name).length === 1 && right(query.get(name) ?? '');
  if (!has('_mchNc', (text) => /^\d+$/.test(text))) return '_mchNc must be milliseconds';
  if (!has('_mchId', (text) => text.toUpperCase() === munchkinId.toUpperCase())) {
    return `_mchId must be ${munchkinId}`;
  }
  if (!has('_mchTk', isToken)) return '_mchTk must be the token of a Munchkin cookie';
  const protocol = query.get('_mchPc');
  if (protocol !== null && !/^(https?:)?$/.test(protocol)) return '_mchPc must be https: or http:';
  return undefined;
};

const urlOf = (query: URLSearchParams, path: string): string => {
  const host = query.get('_mchHo') ?? '';
  const port = query.get('_mchPo') ?? '';
  if (host === '') return path;
  return `${query.get('_mchPc') ?? 'https:'}//${host}${port === '' ? '' : `:${port}`}${path}`;
};

/** Answers `visitWebPage`; everything stands in the query, and the body of a POST is empty. */
export const answerVisit = async (
  simulator: Simulator,
  query: URLSearchParams,
  body: string,
): Promise<HttpAnswer> => {
  if (body !== '') return plain(400, 'the body must be empty\n');
  const because = wrong(query, simulator.options.munchkinId);
  if (because !== undefined) return plain(400, `${because}\n`);
  const path = query.get('_mchRu') ?? '';
  if (query.getAll('_mchRu').length !== 1 || !path.startsWith('/')) {
    return plain(400, '_mchRu must be a path like /pricing\n');
  }
  const text = (name: string): string | null => query.get(name) || null;
  try {
    await simulator.visit({
      url: urlOf(query, path),
      path,
      query: text('_mchQp'),
      name: text('_mchCn'),
      referrer: text('_mchRe'),
      token: query.get('_mchTk') ?? '',
    });
    return plain(200, '');
  } catch (error) {
    if (!(error instanceof Injected)) throw error;
    const { drop, status = 500, message = '' } = error.fault;
    return drop === true ? 'drop' : plain(status, message);
  }
};

/**
 * Answers `associateLead` of Munchkin until version 160: the attributes under their SOAP names
 * (`_mchAtEmail`), and as `_mchKy` the hash that proves them. Names that Marketo does not have are
 * passed over.
 */
export const answerAssociateLead = (
  simulator: Simulator,
  query: URLSearchParams,
  body: string,
): HttpAnswer => {
  const { munchkinId, munchkinPrivateKey } = simulator.options;
  if (body !== '') return plain(400, 'the body must be empty\n');
  const because = wrong(query, munchkinId);
  if (because !== undefined) return plain(400, `${because}\n`);
  if (munchkinPrivateKey === undefined) return plain(403, 'associateLead is not enabled\n');
  const email = query.get('_mchAtEmail') ?? '';
  const hash = createHash('sha1').update(munchkinPrivateKey + email);
  if (email === '' || query.get('_mchKy') !== hash.digest('hex')) {
    return plain(403, '_mchKy must be the hash of _mchAtEmail\n');
  }
  const fields = [...query].flatMap(([parameter, value]) => {
    const [, name] = /^_mchAt(.+)$/.exec(parameter) ?? [];
    return name === undefined || name === 'Email' ? [] : [{ name, value }];
  });
  const { status } = simulator.syncVisitor({ email, fields }, query.get('_mchTk') ?? '');
  return status === 'FAILED' ? plain(400, 'Marketo cannot store a value\n') : plain(200, '');
};
