import type { RestRequest } from '../../lambdas/marketo/rest/restCaller.ts';

/** Why a request did not start that came after others of its call. */
export const noPermit = 'the budget of calls had none left';

type Json = Readonly<Record<string, unknown>>;

/** What one request wants of Marketo, read from its address and body as Marketo reads them. */
export type Asked =
  | {
      readonly kind: 'list';
      readonly list: number;
      readonly isMember: boolean;
      readonly ids: readonly number[];
    }
  | {
      readonly kind: 'status';
      readonly program: number;
      readonly status: string;
      readonly ids: readonly number[];
    }
  | { readonly kind: 'members'; readonly program: number; readonly records: readonly Json[] }
  | {
      readonly kind: 'campaign';
      readonly campaign: number;
      readonly tokens: string;
      readonly ids: readonly number[];
    }
  | { readonly kind: 'companies'; readonly records: readonly Json[] }
  | { readonly kind: 'links'; readonly records: readonly Json[] };

const nameOf = (token: string): string => token.replace(/^\{\{|\}\}$/g, '');

/** Throws where it is none of the requests that there are. */
export const askedBy = ({ method, path, body = '{}' }: RestRequest): Asked => {
  const [address = '', query = ''] = path.split('?');
  const [resource, id] = address.replace(/\.json$/, '').split('/');
  const { input = [], statusName } = JSON.parse(String(body)) as {
    input?: never;
    statusName?: string;
  };
  const records = input as readonly Json[];
  const idsOf = (name: string): number[] => records.map((one) => Number(one[name]));
  if (resource === 'lists')
    return {
      kind: 'list',
      list: Number(id),
      isMember: method === 'POST',
      ids: new URLSearchParams(query).getAll('id').map(Number),
    };
  if (address.endsWith('members/status.json'))
    return { kind: 'status', program: Number(id), status: statusName ?? '', ids: idsOf('leadId') };
  if (resource === 'programs') return { kind: 'members', program: Number(id), records };
  if (resource === 'campaigns') {
    const { leads, tokens = [] } = input as unknown as {
      readonly leads: readonly { readonly id: number }[];
      readonly tokens?: readonly { readonly name: string; readonly value: string }[];
    };
    const named = tokens.map(({ name, value }) => [nameOf(name), value] as const);
    return {
      kind: 'campaign',
      campaign: Number(id),
      tokens: JSON.stringify(Object.fromEntries(named)),
      ids: leads.map((one) => one.id),
    };
  }
  if (resource === 'companies') return { kind: 'companies', records };
  if (resource === 'leads') return { kind: 'links', records };
  throw new Error(`no request that there is: ${method} ${address}`);
};

/** Most records of one request, as Adobe documents it. */
export const maxRecordsOf = ({ kind }: Asked): number => (kind === 'campaign' ? 100 : 300);

export const sizeOf = (asked: Asked): number =>
  'ids' in asked ? asked.ids.length : asked.records.length;
