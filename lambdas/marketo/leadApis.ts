import type { StandardField } from './standardFields.ts';

/**
 * What differs between Marketo's lead APIs, for everybody who does not speak to them: nobody asks for an
 * API by its name. Another API is one row here; the compiler then asks for its client, its credentials
 * and the requests that it previews.
 */
export interface LeadApi {
  /** As people write it. */
  readonly label: 'REST' | 'SOAP';
  /** Static lists, programs, campaigns, companies and custom activities, beside fields and cookies. */
  readonly hasRelations: boolean;
  /** Bulk imports of leads. */
  readonly hasImports: boolean;
  /** How leads are found, made and deleted may be chosen: partition, lookup field, duplicates. */
  readonly hasLeadOptions: boolean;
  /** Marketo looks at a lead's cookie before its e-mail. */
  readonly matchesCookieFirst: boolean;
  /** Whether it can set this standard field of a lead. */
  readonly sets: (field: StandardField) => boolean;
  /** The keys of `MarketoSecret` that it needs. */
  readonly credentials: readonly string[];
  /** The setting of the group `marketo` that says where it is. */
  readonly endpointSetting: 'restEndpoint' | 'soapEndpoint';
  /** The day on which Adobe removed it; absent: it reaches Marketo. */
  readonly removedOn?: string;
}

const rows = {
  rest: {
    label: 'REST',
    hasRelations: true,
    hasImports: true,
    hasLeadOptions: true,
    matchesCookieFirst: false,
    sets: () => true,
    credentials: ['restClientId', 'restClientSecret'],
    endpointSetting: 'restEndpoint',
  },
  soap: {
    label: 'SOAP',
    hasRelations: false,
    hasImports: false,
    hasLeadOptions: false,
    matchesCookieFirst: true,
    sets: ({ soap }) => soap !== null,
    credentials: ['soapUserId', 'soapEncryptionKey'],
    endpointSetting: 'soapEndpoint',
    removedOn: '2026-07-31',
  },
} as const satisfies Readonly<Record<string, LeadApi>>;

/** A lead API, as the setting `marketo.api` names it. */
export type Api = keyof typeof rows;

/** A key of `MarketoSecret`. */
export type CredentialKey = (typeof rows)[Api]['credentials'][number];

export const leadApis: Readonly<Record<Api, LeadApi>> = rows;

/** At least one, as a choice needs. */
export const apiNames = Object.keys(rows) as [Api, ...Api[]];

export const isApi = (name: string | undefined): name is Api =>
  apiNames.some((one) => one === name);
