import { digestOf } from '../../digest.ts';
import { mayBeImported } from '../../lead/backlogImport.ts';
import { leaveOut } from '../../lead/leaveOut.ts';
import { lock } from '../../lead/lock.ts';
import { isReady } from '../../lead/schedule.ts';
import type { LeadImports } from '../../marketo/marketoPorts.ts';
import type { Update } from '../../marketo/marketoTypes.ts';
import type { EpochMs } from '../../segment/time.ts';
import type { ReadyLead } from '../callPlan.ts';
import type { FieldsToSend } from '../schemaCache.ts';
import { sentUpdate } from '../sentUpdate.ts';

/** What a lead would send, were its lock taken now, and the kind of file that can carry it. */
export const plannedImport = (
  { lead, loaded }: ReadyLead,
  known: FieldsToSend,
  imports: Pick<LeadImports, 'kindOf'>,
  now: EpochMs,
): { readonly update: Update; readonly kind: string } | undefined => {
  if (!mayBeImported(loaded.state)) return undefined;
  const { mailbox, failed, left } = leaveOut(loaded.state, known, digestOf);
  const isNotYet = left.some((one) => one.isNotYet);
  if (failed.length > 0 || isNotYet || !isReady(mailbox, now)) return undefined;
  const { snapshot } = lock(mailbox, { owner: '', lockedUntil: now });
  const update = sentUpdate({ lead, snapshot, state: mailbox }, known);
  const kind = imports.kindOf(update);
  return kind === undefined ? undefined : { update, kind };
};
