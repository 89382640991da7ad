import type { RelationKind } from '../../../lead/relations.ts';
import { goesFirst, targetOf } from '../../../lead/relations.ts';
import type { FieldValue } from '../../marketoTypes.ts';
import type { Going, RelationRow } from './kind.ts';
import { campaignRow } from './campaignRelation.ts';
import { companyRow } from './companyRelation.ts';
import { linkRow } from './link.ts';
import { listRow } from './listRelation.ts';
import { memberRow } from './member.ts';
import { programRow } from './programRelation.ts';

/** How each kind of relation goes over REST: a new kind is a file and a row. */
export const relationRows: Readonly<Record<RelationKind, RelationRow>> = {
  list: listRow,
  program: programRow,
  member: memberRow,
  campaign: campaignRow,
  company: companyRow,
  link: linkRow,
};

/** The row of a request's relations, which are of one kind; at least one. */
export const rowOf = ([first]: readonly Going[]): RelationRow =>
  relationRows[first?.target.kind ?? 'list'];

/** Names the request that a relation may share with others; `undefined`: it is none. */
export const groupOf = (one: {
  readonly name: string;
  readonly value: FieldValue;
}):
  | {
      readonly group: string;
      readonly most: number;
      readonly isFirst: boolean;
      readonly writesRecord: boolean;
      readonly isEachOnce: boolean;
    }
  | undefined => {
  const target = targetOf(one.name);
  if (target === undefined) return undefined;
  const row = relationRows[target.kind];
  return {
    group: `${target.kind} ${row.groupOf({ target, value: one.value })}`,
    most: row.leadsPerRequest,
    isFirst: goesFirst(target),
    writesRecord: row.writesRecord === true,
    isEachOnce: row.isEachOnce === true,
  };
};
