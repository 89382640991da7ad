/**
 * Settings: one schema, from which the CDK app, the Lambdas' environments, the local run and
 * `docs/configuration.md` derive. A setting's variable is its path in capitals
 * (`marketo.munchkinId` → `MARKETO_MUNCHKIN_ID`), and its text is JSON where it is not plain text.
 */
export { settingsSchema, type Settings, type SettingsInput } from './settings/settingsSchema.ts';
export { leaves as settingsList } from './settings/leaves.ts';
export { SettingsError } from './settings/problems.ts';
export type { MappingInput, Rule as MappingRule } from './marketo/mapping/mappingSchema.ts';
export { mappingOf, movedSettings } from './settings/mappingSettings.ts';
export { parseSettings, readSettings, settingsFiles } from './settings/read.ts';
export { secretVariables } from './settings/secretVariables.ts';
export { environmentOf, lambdaSettings } from './settings/functions.ts';
export {
  functionSettings,
  type FunctionName,
  type SettingsOf,
} from './settings/functionSettings.ts';
