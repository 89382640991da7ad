import type { Campaign, FieldEntry, Program, StaticList } from './shape.ts';

/**
 * The custom fields of an instance without a schema file. Adobe's convention for API names is camel
 * case; older and imported fields have other spellings, and both of the colour's are there. `UserId`
 * is left out on purpose, as in most instances: an unknown field is met from the first event on.
 */
export const defaultFields: readonly FieldEntry[] = [
  { name: 'Plan', dataType: 'string' },
  { name: 'SecondFavoriteColor', dataType: 'string' },
  { name: 'Second_favorite_color', dataType: 'string' },
  { name: 'Logins', dataType: 'integer' },
  { name: 'Newsletter', dataType: 'boolean' },
  { name: 'favoriteColor', label: 'Favorite Color', dataType: 'string' },
  { name: 'trialEnds', label: 'Trial Ends', dataType: 'datetime' },
  { name: 'mrr', label: 'MRR', dataType: 'currency' },
  { name: 'acquisition_url', label: 'Acquisition URL', dataType: 'url' },
  { name: 'customerNumber', label: 'Customer Number', dataType: 'integer' },
];

/** The fields of Marketo's company object that a lead shows as its own (Adobe, Companies). */
export const companyFields: readonly string[] = [
  'annualRevenue',
  'billingCity',
  'billingCountry',
  'billingPostalCode',
  'billingState',
  'billingStreet',
  'company',
  'industry',
  'mainPhone',
  'mktoCompanyNotes',
  'numberOfEmployees',
  'sicCode',
  'site',
  'website',
];

/** The static lists of an instance without a schema file. */
export const defaultLists: readonly StaticList[] = Array.from({ length: 10 }, (_, place) => ({
  id: 1_001 + place,
  name: `Audience ${place + 1}`,
}));

/** The program of an instance without a schema file; its fields are those of Adobe's examples. */
export const defaultPrograms: readonly Program[] = [
  {
    id: 1_044,
    name: 'Webinar',
    statuses: ['Invited', 'Registered', 'Attended'],
    memberFields: [
      { name: 'registrationCode', dataType: 'string', length: 100 },
      { name: 'webinarUrl', dataType: 'string', length: 2_000 },
      { name: 'seats', dataType: 'integer', length: null },
    ],
  },
];

/** The campaigns of an instance without a schema file: one that can be requested, and one that runs in batches. */
export const defaultCampaigns: readonly Campaign[] = [
  { id: 2_001, name: 'Send the receipt', requestable: true },
  { id: 2_002, name: 'Newsletter', requestable: false },
];
