import * as z from 'zod/mini';
import { createRestMarketo } from '../marketo/rest/restClient.ts';
import type { Clock } from '../ports.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { SettingsOf } from '../settings.ts';

/** What `MarketoSecret` holds; the keys of the API that is not used may stay blank. */
export const credentialsSchema = z.object({
  restClientId: z.string(),
  restClientSecret: z.string(),
  soapUserId: z.string(),
  soapEncryptionKey: z.string(),
});

export type MarketoCredentials = z.infer<typeof credentialsSchema>;

type MarketoSettings = SettingsOf<'sync'>['marketo'];

/** Where the REST API of this instance is. */
export const restEndpointOf = ({ restEndpoint, munchkinId }: MarketoSettings): string =>
  restEndpoint ?? `https://${munchkinId}.mktorest.com`;

/** Where the SOAP API of this instance is. */
const soapEndpointOf = ({ soapEndpoint, munchkinId }: MarketoSettings): string =>
  soapEndpoint ?? `https://${munchkinId}.mktoapi.com/soap/mktows/3_1`;

/**
 * The lead API that the user chose. `secret` is asked as often as credentials are needed. SOAP's client
 * takes as long to load as everything else, so it is loaded only where SOAP is chosen.
 */
export const marketoOf = async (
  {
    marketo: settings,
    duplicates,
  }: Pick<SettingsOf<'sync'>, 'marketo'> & Partial<Pick<SettingsOf<'sync'>, 'duplicates'>>,
  secret: () => Promise<MarketoCredentials>,
  clock: Clock,
): Promise<MarketoLeads> => {
  const { api, munchkinId, workspace, lookupField, leads, partition = workspace } = settings;
  if (api === 'rest')
    return createRestMarketo({
      endpoint: restEndpointOf(settings),
      munchkinId,
      clock,
      credentials: async () => {
        const { restClientId, restClientSecret } = await secret();
        return { clientId: restClientId, clientSecret: restClientSecret };
      },
      rules: { lookupField, leads, partition, ...(duplicates && { duplicates }) },
    });
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
