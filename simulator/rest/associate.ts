import { tokenOfCookie } from '../cookie.ts';
import { missing, RestError } from './codes.ts';
import type { Operation } from './operation.ts';
import { raised } from './request.ts';

/**
 * Associate Lead: `POST /rest/v1/leads/{id}/associate.json?cookie=…`. The cookie moves to the lead;
 * visits that nobody had come along, those of a former lead stay where they are (Adobe, Leads).
 */
export const associate: Operation = async (simulator, turn, { path, query }) => {
  const [, id = ''] = /\/leads\/([^/]*)\//.exec(path) ?? [];
  turn.concerns([simulator.leadOf(Number(id)) ?? { id }]);
  const cookie = query.get('cookie');
  if (cookie === null || cookie === '') throw raised(missing('cookie'));
  const { munchkinId } = simulator.options;
  // What is still percent-encoded here was encoded twice.
  const token = cookie.includes('%') ? undefined : tokenOfCookie(cookie, munchkinId);
  if (token === undefined) throw new RestError('1012', `Invalid cookie value '${cookie}'`);
  await turn.unlocked(() => {
    const current = simulator.leadOf(Number(id));
    if (current === undefined) throw new RestError('1004', `Lead with id '${id}' not found`);
    simulator.associate(current, token);
  });
  return {};
};
