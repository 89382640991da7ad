import type { Target } from './target.ts';
import { activity } from './targets/activity.ts';
import { campaign } from './targets/campaign.ts';
import { company } from './targets/company.ts';
import { fields } from './targets/fields.ts';
import { list } from './targets/list.ts';
import { nothing } from './targets/nothing.ts';
import { partition } from './targets/partition.ts';
import { program } from './targets/program.ts';
import { visit } from './targets/visit.ts';

/** What a rule's `to` may say. A new target is one row here and its file. */
export const targets = {
  fields,
  activity,
  list,
  program,
  campaign,
  company,
  partition,
  visit,
  nothing,
};

export type TargetName = keyof typeof targets;
export const targetNames = Object.keys(targets) as readonly TargetName[];

/** The target of a rule, whose own keys the schema has checked by the same row. */
export const targetOf = (to: TargetName): Omit<Target<never>, 'shape'> => targets[to];
