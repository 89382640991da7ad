/** The types of Marketo's fields, as its describe call names them. */
export type DataType =
  | 'boolean'
  | 'currency'
  | 'date'
  | 'datetime'
  | 'email'
  | 'float'
  | 'integer'
  | 'phone'
  | 'reference'
  | 'string'
  | 'text'
  | 'url';

export interface StandardField {
  readonly rest: string;
  /** `null`: the SOAP API does not have it. */
  readonly soap: string | null;
  readonly type: DataType;
  /** Longest value in characters; absent where Marketo gives none. */
  readonly length?: number;
  /** Marketo sets it by itself; no API may. */
  readonly readOnly?: true;
  /** Of the lead's company: Adobe points to Sync Companies for it, and may refuse it (1021). */
  readonly isCompany?: true;
}

/**
 * Marketo's standard lead fields with their names in both APIs. Source: the describe call of
 * Adobe's lead API.
 */
export const standardFields: readonly StandardField[] = [
  { rest: 'address', soap: 'Address', type: 'text' },
  { rest: 'annualRevenue', soap: 'AnnualRevenue', type: 'currency', isCompany: true },
  { rest: 'anonymousIP', soap: 'AnonymousIP', type: 'string', length: 255 },
  { rest: 'billingCity', soap: 'BillingCity', type: 'string', length: 255, isCompany: true },
  { rest: 'billingCountry', soap: 'BillingCountry', type: 'string', length: 255, isCompany: true },
  {
    rest: 'billingPostalCode',
    soap: 'BillingPostalCode',
    type: 'string',
    length: 255,
    isCompany: true,
  },
  { rest: 'billingState', soap: 'BillingState', type: 'string', length: 255, isCompany: true },
  { rest: 'billingStreet', soap: 'BillingStreet', type: 'text', isCompany: true },
  { rest: 'city', soap: 'City', type: 'string', length: 255 },
  { rest: 'company', soap: 'Company', type: 'string', length: 255, isCompany: true },
  { rest: 'country', soap: 'Country', type: 'string', length: 255 },
  { rest: 'createdAt', soap: null, type: 'datetime', readOnly: true },
  { rest: 'dateOfBirth', soap: 'DateofBirth', type: 'date' },
  { rest: 'department', soap: 'Department', type: 'string', length: 255 },
  { rest: 'doNotCall', soap: 'DoNotCall', type: 'boolean' },
  { rest: 'doNotCallReason', soap: 'DoNotCallReason', type: 'string', length: 2000 },
  { rest: 'email', soap: 'Email', type: 'email', length: 255 },
  { rest: 'emailInvalid', soap: null, type: 'boolean' },
  { rest: 'emailInvalidCause', soap: null, type: 'string', length: 255 },
  { rest: 'fax', soap: 'Fax', type: 'phone', length: 255 },
  { rest: 'firstName', soap: 'FirstName', type: 'string', length: 255 },
  { rest: 'industry', soap: 'Industry', type: 'string', length: 255, isCompany: true },
  { rest: 'inferredCity', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'inferredCompany', soap: 'InferredCompany', type: 'string', length: 255, readOnly: true },
  { rest: 'inferredCountry', soap: 'InferredCountry', type: 'string', length: 255, readOnly: true },
  { rest: 'inferredMetropolitanArea', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'inferredPhoneAreaCode', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'inferredPostalCode', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'inferredStateRegion', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'isAnonymous', soap: null, type: 'boolean' },
  { rest: 'jigsawContactId', soap: 'Marketo Jigsaw Contact Id', type: 'string' },
  { rest: 'jigsawContactStatus', soap: 'Marketo Jigsaw Contact Status', type: 'string' },
  { rest: 'lastName', soap: 'LastName', type: 'string', length: 255 },
  { rest: 'leadRole', soap: 'LeadRole', type: 'string', length: 50 },
  { rest: 'leadScore', soap: 'LeadScore', type: 'integer' },
  { rest: 'leadSource', soap: 'LeadSource', type: 'string', length: 255 },
  { rest: 'leadStatus', soap: 'LeadStatus', type: 'string', length: 255 },
  { rest: 'mainPhone', soap: 'MainPhone', type: 'string', length: 255, isCompany: true },
  { rest: 'middleName', soap: 'MiddleName', type: 'string', length: 255 },
  { rest: 'mobilePhone', soap: 'MobilePhone', type: 'phone', length: 255 },
  { rest: 'numberOfEmployees', soap: 'NumberOfEmployees', type: 'integer', isCompany: true },
  { rest: 'phone', soap: 'Phone', type: 'phone', length: 255 },
  { rest: 'postalCode', soap: 'PostalCode', type: 'string', length: 255 },
  { rest: 'priority', soap: null, type: 'integer' },
  { rest: 'rating', soap: 'Rating', type: 'string', length: 255 },
  { rest: 'relativeScore', soap: null, type: 'integer' },
  { rest: 'salutation', soap: 'Salutation', type: 'string', length: 255 },
  { rest: 'sicCode', soap: 'SICCode', type: 'string', length: 40, isCompany: true },
  { rest: 'site', soap: 'Site', type: 'string', length: 255, isCompany: true },
  { rest: 'state', soap: 'State', type: 'string', length: 255 },
  { rest: 'title', soap: 'Title', type: 'string', length: 255 },
  { rest: 'unsubscribed', soap: 'Unsubscribed', type: 'boolean' },
  { rest: 'unsubscribedReason', soap: 'UnsubscribedReason', type: 'string', length: 2000 },
  { rest: 'updatedAt', soap: null, type: 'datetime', readOnly: true },
  { rest: 'urgency', soap: null, type: 'float' },
  { rest: 'website', soap: 'Website', type: 'url', length: 255, isCompany: true },
  { rest: 'acquisitionProgramId', soap: 'Acquisition Program ID', type: 'reference' },
  { rest: 'blackListed', soap: null, type: 'boolean' },
  { rest: 'blackListedCause', soap: null, type: 'string', length: 255 },
  { rest: 'contactCompany', soap: 'Contact Company', type: 'reference', readOnly: true },
  { rest: 'cookies', soap: null, type: 'string', length: 255 },
  { rest: 'ecids', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'emailSuspended', soap: null, type: 'boolean' },
  { rest: 'emailSuspendedAt', soap: null, type: 'datetime' },
  { rest: 'emailSuspendedCause', soap: null, type: 'string', length: 255 },
  { rest: 'externalCompanyId', soap: null, type: 'string', length: 50 },
  { rest: 'externalSalesPersonId', soap: null, type: 'string', length: 50 },
  { rest: 'id', soap: 'Id', type: 'integer' },
  { rest: 'isLead', soap: 'IsLead', type: 'boolean' },
  { rest: 'leadPartitionId', soap: 'Lead Partition ID', type: 'reference' },
  { rest: 'leadPerson', soap: 'Lead Person', type: 'reference', readOnly: true },
  { rest: 'leadRevenueCycleModelId', soap: 'Lead Revenue Cycle Model ID', type: 'reference' },
  { rest: 'leadRevenueStageId', soap: 'Lead Revenue Stage ID', type: 'reference' },
  { rest: 'marketingSuspended', soap: null, type: 'boolean' },
  { rest: 'marketingSuspendedCause', soap: null, type: 'string', length: 255 },
  { rest: 'mktoAcquisitionDate', soap: null, type: 'datetime' },
  { rest: 'mktoCompanyNotes', soap: 'MktoCompanyNotes', type: 'text' },
  { rest: 'mktoDoNotCallCause', soap: null, type: 'string', length: 255 },
  { rest: 'mktoIsCustomer', soap: null, type: 'boolean' },
  { rest: 'mktoIsPartner', soap: null, type: 'boolean' },
  { rest: 'mktoName', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'mktoPersonNotes', soap: 'MktoPersonNotes', type: 'text' },
  { rest: 'originalReferrer', soap: 'OriginalReferrer', type: 'url', length: 255, readOnly: true },
  {
    rest: 'originalSearchEngine',
    soap: 'OriginalSearchEngine',
    type: 'string',
    length: 255,
    readOnly: true,
  },
  {
    rest: 'originalSearchPhrase',
    soap: 'OriginalSearchPhrase',
    type: 'string',
    length: 255,
    readOnly: true,
  },
  {
    rest: 'originalSourceInfo',
    soap: 'OriginalSourceInfo',
    type: 'string',
    length: 2000,
    readOnly: true,
  },
  {
    rest: 'originalSourceType',
    soap: 'OriginalSourceType',
    type: 'string',
    length: 255,
    readOnly: true,
  },
  {
    rest: 'personPrimaryLeadInterest',
    soap: 'Person Primary Lead Interest',
    type: 'reference',
    readOnly: true,
  },
  { rest: 'personTimeZone', soap: null, type: 'string', length: 255, readOnly: true },
  { rest: 'personType', soap: 'PersonType', type: 'string', length: 50 },
  { rest: 'registrationSourceInfo', soap: 'RegistrationSourceInfo', type: 'string', length: 2000 },
  { rest: 'registrationSourceType', soap: 'RegistrationSourceType', type: 'string', length: 255 },
  { rest: 'relativeUrgency', soap: null, type: 'integer' },
];
