import { wordsOf } from '../faults.ts';
import type { Company } from '../model.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import { isStorable, storedText } from '../values.ts';
import type { CodedError } from './codes.ts';
import { badValue, coded, errorsOf, missing, RestError, unknownField } from './codes.ts';
import type { Operation } from './operation.ts';
import { page } from './pages.ts';
import type { JsonObject } from './request.ts';
import { isObject, raised, readBody, readInput, shown, textOf } from './request.ts';

const key = 'externalCompanyId';

/** Adobe: where a CRM is synchronized, companies can be neither read nor written through the API. */
const checkEnabled = ({ schema }: Simulator): void => {
  if (schema.company.readOnly) throw new RestError('1018');
};

const actions = ['createOrUpdate', 'createOnly', 'updateOnly'];

const readAction = ({ action = 'createOrUpdate' }: JsonObject): string => {
  if (typeof action === 'string' && actions.includes(action)) return action;
  throw raised(badValue('action', shown(action)));
};

/** By the dedupe field, or by the id that Marketo gave it. */
const readDedupe = ({ dedupeBy = 'dedupeFields' }: JsonObject, action: string): string => {
  if (dedupeBy === 'dedupeFields') return key;
  if (dedupeBy === 'idField' && action !== 'createOnly') return 'id';
  throw raised(badValue('dedupeBy', shown(dedupeBy)));
};

const companyBy = ({ state }: Simulator, by: string, value: string): Company | undefined =>
  by === key ? state.companyOf(value) : state.companies().find(({ id }) => String(id) === value);

/** The values of a record by kept name, or what is wrong with it. */
const valuesIn = (
  { fields, schema }: Simulator,
  record: JsonObject,
): ReadonlyMap<string, string> | CodedError => {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(record)) {
    if (name === key || name === 'id') continue;
    const field = schema.company.fields.has(name) ? fields.rest.get(name) : undefined;
    if (field === undefined) return unknownField(name);
    const text = textOf(value);
    if (text === undefined || !isStorable(field.dataType, field.length, text))
      return badValue(name, shown(value));
    values.set(field.name, text === '' ? '' : storedText(field.dataType, text));
  }
  return values;
};

interface Rules {
  readonly action: string;
  readonly by: string;
}

const sync = (simulator: Simulator, given: unknown, { action, by }: Rules): object => {
  const skip = (reason: CodedError) => ({ status: 'skipped', reasons: [reason] });
  if (!isObject(given)) return skip(coded('1003', 'Invalid data: a record is an object'));
  const value = textOf(given[by] ?? null) ?? '';
  if (value === '') return skip(missing(by));
  const before = companyBy(simulator, by, value);
  if (before !== undefined && action === 'createOnly')
    return skip(coded('1017', 'Object already exists'));
  if (before === undefined && (action === 'updateOnly' || by === 'id')) return skip(coded('1013'));
  const values = valuesIn(simulator, given);
  if ('code' in values) return skip(values);
  const all = new Map([...Object.entries(before?.fields ?? {}), ...values]);
  const company: Company = {
    id: before?.id ?? simulator.state.companies().length + 1,
    externalCompanyId: before?.externalCompanyId ?? value,
    fields: Object.fromEntries([...all].filter(([, text]) => text !== '')),
    createdAt: before?.createdAt ?? simulator.now(),
    updatedAt: simulator.now(),
  };
  simulator.state.apply({ kind: 'company', company });
  return { status: before === undefined ? 'created' : 'updated', id: company.id };
};

/** Sync Companies: `POST /rest/v1/companies.json` */
export const syncCompanies: Operation = async (simulator, turn, request) => {
  checkEnabled(simulator);
  const body = readBody(request);
  const action = readAction(body);
  const by = readDedupe(body, action);
  const input = readInput(body, rules.recordsPerCall);
  const result = await turn.unlocked((take) =>
    input.map((given, seq) => {
      const failing = take(() => ({ id: Number.NaN, email: undefined }));
      if (failing === undefined || failing.after === true) {
        const entry = sync(simulator, given, { action, by });
        if (failing === undefined) return { seq, ...entry };
      }
      return { seq, status: 'skipped', reasons: errorsOf(wordsOf(failing)) };
    }),
  );
  return { result };
};

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+/, '');

/** Get Companies: `GET /rest/v1/companies.json?filterType=…&filterValues=…` */
export const getCompanies: Operation = async (simulator, turn, { query }) => {
  checkEnabled(simulator);
  const type = query.get('filterType') ?? '';
  const values = (query.get('filterValues') ?? '').split(',').filter((value) => value !== '');
  if (type === '') throw raised(missing('filterType'));
  const by = { dedupeFields: key, idField: 'id' }[type] ?? type;
  if (![key, 'id', 'company'].includes(by))
    throw new RestError('1011', `Field '${type}' not supported`);
  if (values.length === 0) throw raised(missing('filterValues'));
  const name = simulator.fields.rest.get('company')?.name ?? '';
  const found = await turn.unlocked(() =>
    simulator.state
      .companies()
      .filter((one) =>
        values.includes(
          { [key]: one.externalCompanyId, id: String(one.id) }[by] ?? one.fields[name] ?? '',
        ),
      ),
  );
  const asked = query.get('fields')?.split(',') ?? [];
  const { items, ...more } = page(found, query);
  const result = items.map((one, seq) => ({
    seq,
    id: one.id,
    externalCompanyId: one.externalCompanyId,
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
    ...Object.fromEntries(
      asked.flatMap((rest) => {
        const field = simulator.schema.company.fields.has(rest) && simulator.fields.rest.get(rest);
        return field ? [[rest, one.fields[field.name] ?? null]] : [];
      }),
    ),
  }));
  return { result, ...more };
};

/** Describe Companies: `GET /rest/v1/companies/describe.json` */
export const describeCompanies: Operation = async (simulator, turn) => {
  checkEnabled(simulator);
  const { fields, schema } = simulator;
  const own = await turn.unlocked(() =>
    [...schema.company.fields].flatMap((name) => fields.rest.get(name) ?? []),
  );
  const fixed = [
    { name: 'createdAt', displayName: 'Created At', dataType: 'datetime', updateable: false },
    {
      name: key,
      displayName: 'External Company Id',
      dataType: 'string',
      length: 100,
      updateable: false,
    },
    { name: 'id', displayName: 'Id', dataType: 'integer', updateable: false },
    { name: 'updatedAt', displayName: 'Updated At', dataType: 'datetime', updateable: false },
  ];
  return {
    result: [
      {
        name: 'Company',
        description: 'Company object',
        idField: 'id',
        dedupeFields: [key],
        searchableFields: [[key], ['id'], ['company']],
        fields: [
          ...fixed,
          ...own.map(({ rest, label, dataType, length }) => ({
            name: rest,
            displayName: label,
            dataType,
            ...(length !== null && { length }),
            updateable: true,
          })),
        ],
      },
    ],
  };
};
