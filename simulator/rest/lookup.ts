import { isToken, tokenOfCookie } from '../cookie.ts';
import type { DataType } from '../data-type.ts';
import { numericTypes } from '../data-type.ts';
import type { FieldTable } from '../fields.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import type { Lead } from '../model.ts';
import { badValue, missing, RestError, unknownField } from './codes.ts';
import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import { raised } from './request.ts';

const unasked = ['id', 'updatedAt', 'createdAt', 'lastName', 'firstName', 'email'];

const numbers: ReadonlySet<DataType> = new Set(numericTypes);

const typed = (type: DataType, text: string | undefined): unknown => {
  if (text === undefined) return null;
  if (type === 'boolean') return text === 'true';
  return numbers.has(type) ? Number(text) : text;
};

/** To the second, as Marketo writes it. */
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');

/** Values that no field holds. */
const own: Readonly<Record<string, (lead: Lead, simulator: Simulator) => unknown>> = {
  id: ({ id }) => id,
  email: ({ email }) => email,
  createdAt: ({ createdAt }) => iso(createdAt),
  updatedAt: ({ updatedAt }) => iso(updatedAt),
  cookies: ({ cookies }, { options: { munchkinId } }) =>
    cookies.map((token) => `id:${munchkinId}&token:${token}`).join(',') || null,
  leadPartitionId: ({ partition }, { schema: { partitions } }) =>
    Math.max(
      0,
      partitions.findIndex(({ name }) => name === partition),
    ) + 1,
};

/** A lead that belongs to a company shows the company's values as its own. */
const shownLead = (lead: Lead, names: readonly string[], simulator: Simulator): object => {
  const company = simulator.state.companyOf(lead.fields['externalCompanyId'] ?? '');
  return Object.fromEntries(
    names.map((name) => {
      const field = simulator.fields.rest.get(name);
      const value = own[name]?.(lead, simulator);
      const key = field?.name ?? '';
      const isCompany = simulator.schema.company.fields.has(name);
      const text = (isCompany ? company?.fields[key] : undefined) ?? lead.fields[key];
      return [name, value ?? (field ? typed(field.dataType, text) : null)];
    }),
  );
};

const readNames = (fields: FieldTable, asked: string | null): readonly string[] => {
  const names = asked?.split(',').map((name) => name.trim()) ?? unasked;
  const unknown = names.find((name) => !fields.rest.has(name));
  if (unknown !== undefined) throw raised(unknownField(unknown));
  return [...new Set(['id', ...names])];
};

const find = (simulator: Simulator, type: string, value: string): readonly Lead[] => {
  const one = (lead: Lead | undefined): readonly Lead[] => (lead === undefined ? [] : [lead]);
  if (type === 'id') return one(simulator.leadOf(Number(value)));
  if (type !== 'cookies')
    return simulator.state.allBy(simulator.fields.rest.get(type)?.name ?? type, value);
  const token = isToken(value) ? value : tokenOfCookie(value, simulator.options.munchkinId);
  if (token === undefined) throw new RestError('1012', `Invalid cookie value '${value}'`);
  return one(simulator.find('cookie', token));
};

/** Get Leads by Filter Type: `GET /rest/v1/leads.json?filterType=…&filterValues=…` */
export const getLeads: Operation = async (simulator, turn, { query }) => {
  const type = query.get('filterType') ?? '';
  const values = (query.get('filterValues') ?? '').split(',').filter((value) => value !== '');
  if (type === '') throw raised(missing('filterType'));
  if (!simulator.fields.isSearchable(type)) {
    throw new RestError('1011', `Field '${type}' not supported`);
  }
  if (values.length === 0) throw raised(missing('filterValues'));
  if (values.length > rules.recordsPerCall) {
    throw new RestError('1003', `Invalid data: more than ${rules.recordsPerCall} filterValues`);
  }
  if (type === 'id') {
    const bad = values.find((value) => !/^\d+$/.test(value.trim()));
    if (bad !== undefined) throw raised(badValue('id', bad));
  }
  const names = readNames(simulator.fields, query.get('fields'));
  const found = await turn.unlocked(() => [
    ...new Set(values.flatMap((value) => find(simulator, type, value.trim()))),
  ]);
  if (found.length > rules.leadsFound) {
    throw new RestError('1003', 'Too many results match the filter');
  }
  const { items, ...more } = page(
    found.sort((a, b) => a.id - b.id),
    query,
  );
  return { result: items.map((lead) => shownLead(lead, names, simulator)), ...more };
};

/** Get Lead by Id: `GET /rest/v1/lead/{id}.json` */
export const getLeadById: Operation = async (simulator, turn, { path, query }) => {
  const [, id = ''] = /\/lead\/([^/]*)\.json$/.exec(path) ?? [];
  turn.concerns([{ id }]);
  const names = readNames(simulator.fields, query.get('fields'));
  const lead = await turn.unlocked(() => simulator.leadOf(Number(id)));
  if (lead === undefined) throw new RestError('1004', `Lead with id '${id}' not found`);
  return { result: [shownLead(lead, names, simulator)] };
};
