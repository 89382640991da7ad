import { partedPartition } from '../lead/partition.ts';
import type { Snapshot } from '../lead/lock.ts';
import type { LeadId, Mailbox } from '../lead/leadTypes.ts';
import type { Update } from '../marketo/marketoTypes.ts';
import type { FieldsToSend } from './schemaCache.ts';

/** What goes to Marketo of a lead whose lock is taken. */
export const sentUpdate = (
  {
    lead,
    snapshot,
    state,
  }: {
    readonly lead: LeadId;
    readonly snapshot: Snapshot;
    readonly state: Mailbox | undefined;
  },
  { formOf, isNewOnly }: Pick<FieldsToSend, 'formOf' | 'isNewOnly'>,
): Update => {
  const { email, byId, cookie, activities, relations } = snapshot;
  const { fields, partition } = partedPartition(snapshot.fields);
  const isKnown = state?.marketoId !== undefined;
  const newOnly = isKnown ? [] : fields.map(({ name }) => name).filter(isNewOnly);
  return {
    lead,
    email,
    fields: fields.map(({ name, value }) => ({ name, value: formOf(name, value) })),
    ...(state?.formerEmails && { formerEmails: state.formerEmails }),
    ...(state?.company !== undefined && { company: state.company }),
    ...(state?.lookup && { lookupValue: state.lookup.text }),
    ...(newOnly.length > 0 && { newOnly }),
    ...(partition !== undefined && { partition }),
    ...(byId && { byId }),
    ...(cookie !== undefined && { cookie }),
    ...(activities !== undefined && { activities }),
    ...(relations !== undefined && { relations }),
    ...(state?.marketoId !== undefined && { marketoId: state.marketoId }),
  };
};
