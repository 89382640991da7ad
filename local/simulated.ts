import type { Settings } from '../lambdas/settings.ts';
import { readSchemaFile } from '../simulator/schema/schema.ts';
import { serveSimulator, type ServedSimulator } from '../simulator/server.ts';
import type { LocalSettings } from './settings.ts';

/** Serves a Marketo that knows the run's own credentials. */
export const simulatedMarketo = (
  { settings, secrets }: LocalSettings,
  clock: { now(): number },
  files: { readonly dataPath?: string | undefined; readonly schemaPath?: string | undefined } = {},
): Promise<ServedSimulator> =>
  serveSimulator({
    port: 0,
    clock,
    munchkinId: settings.marketo.munchkinId,
    credentials: {
      userId: secrets.MARKETO_SOAP_USER_ID ?? '',
      encryptionKey: secrets.MARKETO_SOAP_ENCRYPTION_KEY ?? '',
    },
    ...(secrets.MUNCHKIN_PRIVATE_KEY && { munchkinPrivateKey: secrets.MUNCHKIN_PRIVATE_KEY }),
    rest: {
      clientId: secrets.MARKETO_REST_CLIENT_ID ?? '',
      clientSecret: secrets.MARKETO_REST_CLIENT_SECRET ?? '',
    },
    ...(files.dataPath !== undefined && { dataPath: files.dataPath }),
    ...(files.schemaPath && { schema: readSchemaFile(files.schemaPath) }),
  });

/** The settings with Marketo's addresses on this machine. */
export const pointedAt = (
  { restEndpoint, soapEndpoint, munchkinEndpoint }: ServedSimulator,
  settings: Settings,
): Settings => ({
  ...settings,
  marketo: { ...settings.marketo, restEndpoint, soapEndpoint, munchkinEndpoint },
});
