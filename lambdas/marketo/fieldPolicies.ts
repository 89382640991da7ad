import { looseKey } from '../segment/looseKey.ts';

/**
 * When a field's value goes out. `always`: where it changed, and again after a while, so that what was
 * lost in Marketo comes back. `changed`: only where the source's value changed, so that a repeated
 * event never overwrites what a person or another system set in Marketo. `create`: only where Marketo
 * makes the lead, so that an update never touches the field.
 */
type FieldPolicy = 'always' | 'changed' | 'create';

export type FieldPolicies = Readonly<Record<string, FieldPolicy>>;

interface PolicyRow {
  /** SOAP name; compared loosely. */
  readonly field: string;
  readonly because: string;
}

const consent = 'the person may have changed it in Marketo: by a link in a mail or on a form';
const quality = 'Marketo sets it when a mail bounces or is blocked';
const sales = 'sales and Marketo’s campaigns move it on';
const origin = 'it says where the lead came from first, and Marketo or a person may know better';

/** Standard fields that others set, too: their policy is `changed` unless the settings say otherwise. */
export const changedByDefault: readonly PolicyRow[] = [
  { field: 'Unsubscribed', because: consent },
  { field: 'UnsubscribedReason', because: consent },
  { field: 'DoNotCall', because: consent },
  { field: 'DoNotCallReason', because: consent },
  { field: 'MarketingSuspended', because: consent },
  { field: 'MarketingSuspendedCause', because: consent },
  { field: 'BlackListed', because: consent },
  { field: 'BlackListedCause', because: consent },
  { field: 'EmailInvalid', because: quality },
  { field: 'EmailInvalidCause', because: quality },
  { field: 'EmailSuspended', because: quality },
  { field: 'EmailSuspendedCause', because: quality },
  { field: 'LeadStatus', because: sales },
  { field: 'LeadScore', because: sales },
  { field: 'LeadRole', because: sales },
  { field: 'Rating', because: sales },
  { field: 'Priority', because: sales },
  { field: 'Urgency', because: sales },
  { field: 'RelativeScore', because: sales },
  { field: 'RelativeUrgency', because: sales },
  { field: 'LeadSource', because: origin },
  { field: 'RegistrationSourceType', because: origin },
  { field: 'RegistrationSourceInfo', because: origin },
  { field: 'Acquisition Program ID', because: origin },
  { field: 'MktoAcquisitionDate', because: origin },
  { field: 'PersonType', because: sales },
  { field: 'ExternalSalesPersonId', because: 'it says who owns the lead' },
];

/** The policy of a field, by the settings first. Names are compared as those of traits are. */
export const policiesBy = (settings: FieldPolicies): ((field: string) => FieldPolicy) => {
  const policies = new Map<string, FieldPolicy>([
    ...changedByDefault.map(({ field }) => [looseKey(field), 'changed'] as const),
    ...Object.entries(settings).map(([field, policy]) => [looseKey(field), policy] as const),
  ]);
  return (field) => policies.get(looseKey(field)) ?? 'always';
};
