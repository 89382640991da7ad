import * as z from 'zod/mini';
import { createRestMarketo } from '../marketo/rest/restClient.ts';
import type { Api, CredentialKey } from '../marketo/leadApis.ts';
import type { Clock } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { SettingsOf } from '../settings.ts';

const credentials = {
  restClientId: z.string(),
  restClientSecret: z.string(),
  soapUserId: z.string(),
  soapEncryptionKey: z.string(),
} as const satisfies Readonly<Record<CredentialKey, z.ZodMiniString>>;

/** What `MarketoSecret` holds; the keys of the API that is not used may stay blank. */
export const credentialsSchema = z.object(credentials);

export type MarketoCredentials = z.infer<typeof credentialsSchema>;

type MarketoSettings = SettingsOf<'sync'>['marketo'];

/** Where the REST API of this instance is. */
export const restEndpointOf = ({ restEndpoint, munchkinId }: MarketoSettings): string =>
  restEndpoint ?? `https://${munchkinId}.mktorest.com`;

/** Where the SOAP API of this instance is. */
const soapEndpointOf = ({ soapEndpoint, munchkinId }: MarketoSettings): string =>
  soapEndpoint ?? `https://${munchkinId}.mktoapi.com/soap/mktows/3_1`;

interface ClientOptions extends Partial<Pick<SettingsOf<'sync'>, 'duplicates'>> {
  readonly settings: MarketoSettings;
  readonly secret: () => Promise<MarketoCredentials>;
  readonly clock: Clock;
}

const createRest = ({ settings, duplicates, secret, clock }: ClientOptions): MarketoLeads => {
  const { munchkinId, workspace, lookupField, leads, bulkImport, partition = workspace } = settings;
  return createRestMarketo({
    endpoint: restEndpointOf(settings),
    munchkinId,
    clock,
    credentials: async () => {
      const { restClientId, restClientSecret } = await secret();
      return { clientId: restClientId, clientSecret: restClientSecret };
    },
    takesImports: bulkImport,
    rules: { lookupField, leads, partition, ...(duplicates && { duplicates }) },
  });
};

/** SOAP's client takes as long to load as everything else, so it is loaded only where SOAP is chosen. */
const createSoap = async ({ settings, secret, clock }: ClientOptions): Promise<MarketoLeads> => {
  const { munchkinId, workspace } = settings;
  const { createSoapMarketo } = await import('../marketo/soap/soapClient.ts');
  return createSoapMarketo({
    endpoint: soapEndpointOf(settings),
    munchkinId,
    clock,
    credentials: async () => {
      const { soapUserId, soapEncryptionKey } = await secret();
      return { userId: soapUserId, encryptionKey: soapEncryptionKey };
    },
    ...(workspace !== undefined && { workspace }),
  });
};

const clients: Readonly<
  Record<Api, (options: ClientOptions) => MarketoLeads | Promise<MarketoLeads>>
> = { rest: createRest, soap: createSoap };

/** The lead API that the user chose. `secret` is asked as often as credentials are needed. */
export const marketoOf = async (
  {
    marketo: settings,
    ...options
  }: Pick<SettingsOf<'sync'>, 'marketo'> & Partial<Pick<SettingsOf<'sync'>, 'duplicates'>>,
  secret: () => Promise<MarketoCredentials>,
  clock: Clock,
): Promise<MarketoLeads> => clients[settings.api]({ ...options, settings, secret, clock });
