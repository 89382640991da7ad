import type { Target } from './target.ts';
import { activity } from './targets/activityTarget.ts';
import { campaign } from './targets/campaignTarget.ts';
import { company } from './targets/companyTarget.ts';
import { fields } from './targets/fieldsTarget.ts';
import { list } from './targets/listTarget.ts';
import { nothing } from './targets/nothingTarget.ts';
import { partition } from './targets/partitionTarget.ts';
import { program } from './targets/programTarget.ts';
import { visit } from './targets/visitTarget.ts';

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
export const targetNamed = (to: TargetName): Omit<Target<never>, 'shape'> => targets[to];
