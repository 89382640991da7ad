import { deleteEffect, mergeEffects } from '../merge.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import type { CodedError } from './codes.ts';
import { coded, missing, RestError } from './codes.ts';
import type { Operation } from './operation.ts';
import { partitionsOf } from './partitions.ts';
import { isObject, raised, readBody, readInput, shown } from './request.ts';

const notFound = (id: string): CodedError => coded('1004', `Lead with id '${id}' not found`);

/** What forbids this API user to delete or merge a lead. */
const denied = ({ schema }: Simulator, lead: Lead): CodedError | undefined => {
  const partition = partitionsOf(schema.partitions, undefined).denied(lead);
  return partition === undefined
    ? undefined
    : coded('1008', `Access denied to partition '${partition}'`);
};

const idIn = (given: unknown): string => shown((isObject(given) ? given['id'] : undefined) ?? null);

/** Delete Leads: `POST /rest/v1/leads/delete.json` */
export const deleteLeads: Operation = async (simulator, turn, request) => {
  const ids = readInput(readBody(request), rules.recordsPerCall).map(idIn);
  turn.concerns(ids.map((id) => simulator.find('id', id) ?? { id }));
  const result = await turn.unlocked(() =>
    ids.map((id) => {
      const lead = simulator.find('id', id);
      const reason = lead === undefined ? notFound(id) : denied(simulator, lead);
      const known = Number(id);
      if (lead === undefined || reason !== undefined) {
        return { ...(known > 0 && { id: known }), status: 'skipped', reasons: [reason] };
      }
      simulator.state.apply(deleteEffect(lead));
      return { id: lead.id, status: 'deleted' };
    }),
  );
  turn.results(result.map(({ status }) => (status === 'deleted' ? 'DELETED' : 'FAILED')));
  return { result };
};

/** Merge Leads: `POST /rest/v1/leads/{id}/merge.json?leadId=…` or `leadIds=…,…` */
export const mergeLeads: Operation = async (simulator, turn, { path, query }) => {
  const [, winner = ''] = /\/leads\/([^/]*)\//.exec(path) ?? [];
  const given = query.get('leadIds') ?? query.get('leadId') ?? '';
  const losers = [...new Set(given.split(',').map((id) => id.trim()))].filter((id) => id !== '');
  turn.concerns([winner, ...losers].map((id) => simulator.find('id', id) ?? { id }));
  if (losers.length === 0) throw raised(missing('leadId'));
  if (losers.length > rules.leadsMerged) throw new RestError('1080');
  if (losers.includes(winner)) {
    throw new RestError('1003', 'Invalid data: a lead cannot be merged into itself');
  }
  await turn.unlocked(() => {
    const [first, ...rest] = [winner, ...losers].map((id) => {
      const lead = simulator.find('id', id);
      if (lead === undefined) throw raised(notFound(id));
      const reason = denied(simulator, lead);
      if (reason !== undefined) throw raised(reason);
      return lead;
    });
    if (first === undefined) return;
    for (const effect of mergeEffects(first, rest, simulator.now())) simulator.state.apply(effect);
  });
  return {};
};
