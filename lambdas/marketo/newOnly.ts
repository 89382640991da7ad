import type { Synced } from '../lead/leadVerdicts.ts';
import type { Update } from './marketoTypes.ts';

/** An update without the fields that go only where Marketo makes the lead. */
export const forKnownLead = (update: Update): Update => {
  const { newOnly, fields } = update;
  return newOnly === undefined
    ? update
    : { ...update, fields: fields.filter(({ name }) => !newOnly.includes(name)) };
};

/** What a verdict says where an update went without them. */
export const withheldOf = ({ newOnly }: Update): Pick<Synced, 'withheld'> =>
  newOnly === undefined ? {} : { withheld: newOnly };
