import type { DataType } from '../data-type.ts';

/** REST names of standard fields that are not the SOAP name with its first letter lowered. */
export const exceptions: ReadonlyMap<string, string> = new Map([
  ['DateofBirth', 'dateOfBirth'],
  ['SICCode', 'sicCode'],
  ['Marketo Jigsaw Contact Id', 'jigsawContactId'],
  ['Marketo Jigsaw Contact Status', 'jigsawContactStatus'],
  ['Acquisition Program ID', 'acquisitionProgramId'],
  ['Contact Company', 'contactCompany'],
  ['Lead Partition ID', 'leadPartitionId'],
  ['Lead Person', 'leadPerson'],
  ['Lead Revenue Cycle Model ID', 'leadRevenueCycleModelId'],
  ['Lead Revenue Stage ID', 'leadRevenueStageId'],
  ['Person Primary Lead Interest', 'personPrimaryLeadInterest'],
]);

type Row = readonly [
  name: string,
  label: string,
  dataType: DataType,
  length: number | null,
  readOnly: boolean,
];

/** Marketo's standard lead fields that only REST has, from Adobe's field list. */
export const restOnlyRows: readonly Row[] = [
  ['createdAt', 'Created At', 'datetime', null, true],
  ['emailInvalid', 'Email Invalid', 'boolean', null, false],
  ['emailInvalidCause', 'Email Invalid Cause', 'string', 255, false],
  ['inferredCity', 'Inferred City', 'string', 255, true],
  ['inferredMetropolitanArea', 'Inferred Metropolitan Area', 'string', 255, true],
  ['inferredPhoneAreaCode', 'Inferred Phone Area Code', 'string', 255, true],
  ['inferredPostalCode', 'Inferred Postal Code', 'string', 255, true],
  ['inferredStateRegion', 'Inferred State Region', 'string', 255, true],
  ['isAnonymous', 'Is Anonymous', 'boolean', null, false],
  ['priority', 'Priority', 'integer', null, false],
  ['relativeScore', 'Relative Score', 'integer', null, false],
  ['updatedAt', 'Updated At', 'datetime', null, true],
  ['urgency', 'Urgency', 'float', null, false],
  ['blackListed', 'Black Listed', 'boolean', null, false],
  ['blackListedCause', 'Black Listed Cause', 'string', 255, false],
  ['cookies', 'Cookies', 'string', 255, false],
  ['ecids', 'ECIDs', 'string', 255, true],
  ['emailSuspended', 'Email Suspended', 'boolean', null, false],
  ['emailSuspendedAt', 'Email Suspended At', 'datetime', null, false],
  ['emailSuspendedCause', 'Email Suspended Cause', 'string', 255, false],
  ['externalCompanyId', 'External Company Id', 'string', 50, false],
  ['externalSalesPersonId', 'External Sales Person Id', 'string', 50, false],
  ['marketingSuspended', 'Marketing Suspended', 'boolean', null, false],
  ['marketingSuspendedCause', 'Marketing Suspended Cause', 'string', 255, false],
  ['mktoAcquisitionDate', 'Acquisition Date', 'datetime', null, false],
  ['mktoDoNotCallCause', 'Do Not Call Cause', 'string', 255, false],
  ['mktoIsCustomer', 'Is Customer', 'boolean', null, false],
  ['mktoIsPartner', 'Is Partner', 'boolean', null, false],
  ['mktoName', 'Full Name', 'string', 255, true],
  ['personTimeZone', 'Person Time Zone', 'string', 255, true],
  ['relativeUrgency', 'Relative Urgency', 'integer', null, false],
];
