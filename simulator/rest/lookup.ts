import { isToken, tokenOfCookie } from '../cookie.ts';
import type { DataType } from '../data-type.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../state.ts';
import { missing, RestError, unknownField } from './codes.ts';
import type { RestFields } from './fields.ts';
import { restFields } from './fields.ts';
import type { Operation } from './operation.ts';
import { raised } from './request.ts';

const unasked = ['id', 'updatedAt', 'createdAt', 'lastName', 'firstName', 'email'];

const numbers: readonly DataType[] = [
  'integer',
  'score',
  'reference',
  'float',
  'currency',
  'percent',
];

const typed = (type: DataType | undefined, text: string | undefined): unknown => {
  if (text === undefined || type === undefined) return null;
  if (type === 'boolean') return text === 'true';
  return numbers.includes(type) ? Number(text) : text;
};

/** To the second, as Marketo writes it. */
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');

const valueOf = (lead: Lead, name: string, { byName }: RestFields): unknown => {
  if (name === 'id') return lead.id;
  if (name === 'email') return lead.email;
  if (name === 'createdAt') return iso(lead.createdAt);
  if (name === 'updatedAt') return iso(lead.updatedAt);
  const field = byName.get(name);
  return field && typed(field.field.dataType, lead.fields[field.key]);
};

const find = (simulator: Simulator, type: string, value: string): readonly Lead[] => {
  if (type === 'email') return simulator.findAll(value);
  const token = isToken(value) ? value : tokenOfCookie(value, simulator.options.munchkinId);
  if (type !== 'id' && token === undefined) {
    throw new RestError('1012', `Invalid cookie value '${value}'`);
  }
  const lead = type === 'id' ? simulator.find('id', value) : simulator.find('cookie', token ?? '');
  return lead === undefined ? [] : [lead];
};

/** Get Leads by Filter Type: `GET /rest/v1/leads.json?filterType=…&filterValues=…&fields=…` */
export const getLeads: Operation = async (simulator, turn, { query }) => {
  const type = query.get('filterType') ?? '';
  const values = (query.get('filterValues') ?? '').split(',').filter((value) => value !== '');
  if (type === '') throw raised(missing('filterType'));
  if (!['email', 'id', 'cookies'].includes(type)) {
    throw new RestError('1011', `Field '${type}' not supported`);
  }
  if (values.length === 0) throw raised(missing('filterValues'));
  if (values.length > rules.recordsPerCall) {
    throw new RestError('1003', `Invalid data: more than ${rules.recordsPerCall} filterValues`);
  }
  const fields = restFields(simulator.fields);
  const asked = query.get('fields')?.split(',') ?? unasked;
  const unknown = asked.find((name) => !fields.byName.has(name));
  if (unknown !== undefined) throw raised(unknownField(unknown));
  const leads = await turn.unlocked(() => values.flatMap((value) => find(simulator, type, value)));
  const names = new Set(['id', ...asked]);
  return {
    result: [...new Set(leads)].map((lead) =>
      Object.fromEntries([...names].map((name) => [name, valueOf(lead, name, fields)])),
    ),
  };
};
