import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import type { RelationsOf } from './relationNames.ts';
import { campaign, listOfRule, noCampaign, program } from './relationNames.ts';

type Rules = NormalizeRules['rules'];

/** The tracks that rules of the mapping are for. */
export const switched = 'Switched';
export const registered = 'Registered';
export const asked = 'Asked';
export const askedWrongly = 'Asked Wrongly';

const requestRule = (event: string, id: number): Rules[number] => ({
  when: { event },
  to: 'campaign',
  campaign: id,
  tokens: { 'my.choice': 'properties.choice' },
  browsers: true,
});

/** What the mapping of a world says of each kind; audiences need no rule. */
export const relationRules: Readonly<Record<RelationsOf, Rules>> = {
  lists: [
    { when: { event: switched }, to: 'list', list: listOfRule, member: 'properties.isMember' },
  ],
  programs: [
    {
      when: { event: registered },
      to: 'program',
      program,
      status: 'properties.status',
      values: { note: 'properties.note' },
    },
  ],
  campaigns: [requestRule(asked, campaign), requestRule(askedWrongly, noCampaign)],
  companies: [{ when: { type: 'group' }, to: 'company', browsers: true }],
};
