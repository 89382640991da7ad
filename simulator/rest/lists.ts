import { wordsOf } from '../faults.ts';
import { rules } from '../rules.ts';
import type { StaticList } from '../schema/shape.ts';
import type { Simulator } from '../simulator.ts';
import type { CodedError } from './codes.ts';
import { coded, errorsOf, missing, RestError } from './codes.ts';
import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import type { RestRequest } from './request.ts';
import { isObject, raised, readBody, readInput, shown } from './request.ts';

/** The list that the path names: 1013 where there is none. */
const listIn = ({ schema }: Simulator, { path }: RestRequest): StaticList => {
  const [, id = ''] = /\/lists\/([^/]*)\//.exec(path) ?? [];
  const list = schema.lists.find((one) => String(one.id) === id);
  if (list === undefined) throw new RestError('1013', `Static list '${id}' not found`);
  return list;
};

/** The leads of a call: `id=1&id=2` or `id=1,2` in the query, or `input` in the body. */
const idsIn = (request: RestRequest): readonly string[] => {
  const given = request.query.getAll('id').flatMap((ids) => ids.split(','));
  if (given.length === 0 && request.body !== '')
    return readInput(readBody(request), rules.recordsPerCall).map((one) =>
      shown((isObject(one) ? one['id'] : undefined) ?? null),
    );
  if (given.length === 0) throw raised(missing('id'));
  if (given.length > rules.recordsPerCall)
    throw new RestError('1003', `Invalid data: more than ${rules.recordsPerCall} records`);
  return given;
};

interface Entry {
  readonly id?: number;
  readonly status: 'added' | 'removed' | 'skipped';
  readonly reasons?: readonly CodedError[];
}

const change = (
  simulator: Simulator,
  list: number,
  { id, isMember }: { readonly id: string; readonly isMember: boolean },
): Entry => {
  const known = Number(id);
  const lead = simulator.leadOf(known);
  if (lead === undefined)
    return { ...(known > 0 && { id: known }), status: 'skipped', reasons: [coded('1004')] };
  if (!isMember && !simulator.state.isMember(list, lead.id))
    return { id: known, status: 'skipped', reasons: [coded('1015', 'Lead not in list')] };
  simulator.state.apply({ kind: 'membership', membership: { list, lead: lead.id, isMember } });
  return { id: known, status: isMember ? 'added' : 'removed' };
};

const changing =
  (isMember: boolean): Operation =>
  async (simulator, turn, request) => {
    const ids = idsIn(request);
    turn.concerns(ids.map((id) => simulator.leadOf(Number(id)) ?? { id }));
    const result = await turn.unlocked((take) => {
      const { id: list } = listIn(simulator, request);
      return ids.map((id): Entry => {
        const lead = simulator.leadOf(Number(id));
        const failing = take(() => ({ id: Number(id), email: lead?.email }));
        if (failing === undefined || failing.after === true) {
          const entry = change(simulator, list, { id, isMember });
          if (failing === undefined) return entry;
        }
        return { id: Number(id), status: 'skipped', reasons: errorsOf(wordsOf(failing)) };
      });
    });
    turn.results(
      result.map(({ status }) => (status === 'skipped' ? 'FAILED' : status.toUpperCase())),
    );
    return { result };
  };

/** Add to List: `POST /rest/v1/lists/{id}/leads.json?id=1&id=2`. Adding twice changes nothing. */
export const addToList = changing(true);

/** Remove from List: `DELETE /rest/v1/lists/{id}/leads.json?id=1&id=2` */
export const removeFromList = changing(false);

/** Get Leads by List Id: `GET /rest/v1/lists/{id}/leads.json` */
export const getListLeads: Operation = async (simulator, turn, request) => {
  const members = await turn.unlocked(() => simulator.state.members(listIn(simulator, request).id));
  const { items, ...more } = page(members, request.query);
  const result = items.map((id) => ({ id, email: simulator.state.byId(id)?.email ?? null }));
  return { result, ...more };
};

/** Get Lists: `GET /rest/v1/lists.json` */
export const getLists: Operation = async ({ schema }, turn, { query }) => {
  const { items, ...more } = page(await turn.unlocked(() => schema.lists), query);
  return { result: items, ...more };
};
