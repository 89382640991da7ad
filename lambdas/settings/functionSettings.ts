import type { SettingPath } from './leaves.ts';
import type { Settings } from './settingsSchema.ts';

/** Which settings each function gets, and no others. */
const ownSettings = {
  ingest: [
    'consent.categories',
    'consent.whenAbsent',
    'lambdaDestination.kind',
    'lambdaDestination.mayDelete',
    'webhook.keyHeader',
    'history.days',
    'history.payloads',
  ],
  absorb: [
    'marketo.api',
    'marketo.munchkinId',
    'marketo.munchkinEndpoint',
    'marketo.deleteLeads',
    'marketo.lookupField',
    'fieldNames',
    'serverFields',
    'nulls',
    'audiences',
    'visits.page',
    'visits.track',
    'visitorDomain',
    'emailChange',
    'resendUnchangedAfterHours',
    'holdDays',
    'history.days',
    'history.payloads',
  ],
  sync: [
    'marketo.api',
    'marketo.munchkinId',
    'marketo.restEndpoint',
    'marketo.soapEndpoint',
    'marketo.munchkinEndpoint',
    'marketo.workspace',
    'marketo.partition',
    'marketo.lookupField',
    'marketo.leads',
    'marketo.deleteLeads',
    'marketo.bulkImport',
    'marketo.dailyCalls',
    'duplicates',
    'holdDays',
    'emailChange',
    'resendUnchangedAfterHours',
    'history.days',
    'history.payloads',
  ],
  hash: ['hash.access', 'hash.classic', 'hash.allowedOrigins'],
} as const satisfies Record<string, readonly SettingPath[]>;

const all = Object.values(ownSettings).flat();

export const functionSettings = {
  ...ownSettings,
  /** It shows what the others do, and previews what they would do. */
  console: [...all.filter((path, at) => all.indexOf(path) === at), 'console.personalData'],
} as const;

export type FunctionName = keyof typeof functionSettings;

type Part<T, P> = P extends `${infer Group}.${infer Rest}`
  ? Group extends keyof T
    ? { readonly [K in Group]: Part<T[K], Rest> }
    : never
  : P extends keyof T
    ? Readonly<Pick<T, P>>
    : never;

type AllOf<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/** The settings of one function, shaped like all settings. */
export type SettingsOf<F extends FunctionName> = AllOf<
  Part<Settings, (typeof functionSettings)[F][number]>
>;
