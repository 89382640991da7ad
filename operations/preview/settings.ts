import type { SettingsOf } from '../../lambdas/settings.ts';

/** The settings that decide what an event becomes, beside the rules. */
export type PreviewSettings = Pick<SettingsOf<'ingest'>, 'consent'> &
  Pick<SettingsOf<'sync'>, 'marketo'>;
