import type { Partition } from '../schema/shape.ts';
import type { Lead } from '../model.ts';
import type { Operation } from './operation.ts';

/** The partitions of an instance, as a call meets them. */
export interface Partitions {
  /** Where leads go that name none. */
  readonly home: string;
  /** Where new leads of this call go. */
  readonly target: string;
  readonly of: (lead: Lead) => string;
  /** The lead's partition where the API user may not write it. */
  readonly denied: (lead: Lead) => string | undefined;
  /** The partition that the call names, where there is none or the API user may not write it. */
  readonly deniedTarget: string | undefined;
  /** The partition of new leads where the API user may not write it. */
  readonly deniedHome: string | undefined;
}

export const partitionsOf = (
  partitions: readonly Partition[],
  named: string | undefined,
): Partitions => {
  const home = partitions[0]?.name ?? 'Default';
  const target = named ?? home;
  const isWritable = (name: string): boolean =>
    partitions.find((one) => one.name === name)?.writable ?? false;
  const deniedIf = (name: string): string | undefined => (isWritable(name) ? undefined : name);
  const of = (lead: Lead): string => lead.partition ?? home;
  return {
    home,
    target,
    of,
    denied: (lead) => deniedIf(of(lead)),
    deniedTarget: named === undefined ? undefined : deniedIf(named),
    deniedHome: deniedIf(target),
  };
};

/** Get Lead Partitions: `GET /rest/v1/leads/partitions.json` */
export const getPartitions: Operation = async ({ schema }, turn) => ({
  result: await turn.unlocked(() =>
    schema.partitions.map(({ name, workspace }, place) => ({
      id: place + 1,
      name,
      description: `A partition of the workspace ${workspace}`,
    })),
  ),
});
