/** What an app of CDK imports of this package. */
export { MarketoDestination, type MarketoDestinationProps } from './destination.ts';
export { MarketoDestinationStack, type MarketoDestinationStackProps } from './stack.ts';
export type { EncryptionKeys, SyncNetwork } from './context.ts';
export type { ApiDomain } from './domain.ts';
export type { ExistingSecrets } from './secrets.ts';
export {
  type MappingInput,
  type MappingRule,
  readSettings,
  type Settings,
  SettingsError,
  type SettingsInput,
} from '../lambdas/settings.ts';
