import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { ImportJob } from '../imports.ts';
import { rules } from '../rules.ts';
import type { Simulator } from '../simulator.ts';
import { errorsOf, missing, RestError } from './codes.ts';
import { readLookup, wordingOf, writingOf } from './leads.ts';
import type { Operation } from './operation.ts';
import { FileAnswer } from './operation.ts';
import type { RestRequest } from './request.ts';
import { raised } from './request.ts';

const delimiters: Readonly<Record<string, string>> = { csv: ',', tsv: '\t', ssv: ';' };

/** The file as it came, for the files of its failures and warnings. */
interface Uploaded {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: string;
}

/** By the ids of the jobs. */
const uploads = new WeakMap<ImportJob['request'], Uploaded>();

const readForm = async ({ contentType = '', body }: RestRequest): Promise<FormData> => {
  if (!/^multipart\/form-data\b/i.test(contentType)) throw new RestError('613');
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- one file of at most 10 MB, from this machine
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new RestError('613');
  }
};

const readFile = (text: string, delimiter: string): Uploaded => {
  try {
    const [columns = [], ...rows] = parse(text, { delimiter, bom: true });
    if (rows.length === 0) throw new RestError('1003', 'Invalid data: the file has no rows');
    return { columns, rows, delimiter };
  } catch (error) {
    if (error instanceof RestError) throw error;
    throw new RestError('1003', 'Invalid data: the file cannot be read');
  }
};

/** Import Leads: `POST /bulk/v1/leads.json?format=csv`, with the part `file`. */
export const importLeads: Operation = async (simulator, turn, request) => {
  const form = await readForm(request);
  const given = (name: string): string | undefined => {
    const value = request.query.get(name) ?? form.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const file = form.get('file');
  if (file === null || typeof file === 'string') throw raised(missing('file'));
  const format = (given('format') ?? 'csv').toLowerCase();
  const delimiter = delimiters[format];
  if (delimiter === undefined) throw new RestError('1003', `Invalid value for format '${format}'`);
  const uploaded = readFile(await file.text(), delimiter);
  const unknown = uploaded.columns.find((name) => !simulator.fields.rest.has(name));
  if (unknown !== undefined) throw new RestError('1006', `Field '${unknown}' not found`);
  const lookupField = given('lookupField') ?? 'email';
  const lookup = readLookup({ lookupField }, simulator);
  if (!uploaded.columns.includes(lookup)) throw raised(missing(lookup));
  const list = simulator.schema.lists.find(({ id }) => String(id) === given('listId'));
  if (given('listId') !== undefined && list === undefined)
    throw new RestError('1013', 'Static list not found');
  const writing = writingOf(simulator, {
    action: lookup === 'id' ? 'updateOnly' : 'createOrUpdate',
    lookup,
    partition: given('partitionName'),
  });
  const { columns, rows } = uploaded;
  const eachRequest = writing(
    rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place] ?? '']))),
  );
  turn.concerns(
    eachRequest.records.map(({ email, id }) => ({ id: id ?? email ?? '', email: email ?? null })),
  );
  return turn.unlocked(() => {
    if (simulator.imports.isFull()) throw new RestError('1016', 'Too many imports');
    if (list && simulator.imports.isFilling(list.id))
      throw new RestError('1019', 'Import in progress');
    const { job, isTooSoon } = simulator.imports.add({
      request: eachRequest,
      nameOf: wordingOf(simulator).nameOf,
      ...(list && { list: list.id }),
    });
    uploads.set(job.request, uploaded);
    if (isTooSoon) turn.breaksLock();
    return { result: [{ batchId: job.id, importId: String(job.id), status: job.status }] };
  });
};

const jobIn = (simulator: Simulator, { path }: RestRequest): ImportJob => {
  const [, id = ''] = /\/batch\/([^/.]*)/.exec(path) ?? [];
  const job = simulator.imports.job(Number(id));
  if (job !== undefined && simulator.now() - job.createdAt < rules.importKeepMs) return job;
  throw new RestError('1013', `Import '${id}' not found`);
};

const messageOf = ({ status, imported, failures, because }: ImportJob): string | undefined => {
  if (status === 'Failed') return because;
  if (status !== 'Complete') return undefined;
  const records = `${imported} records imported (${imported} members)`;
  return failures.length === 0
    ? `Import succeeded, ${records}`
    : `Import completed with errors, ${records}, ${failures.length} failed`;
};

/** Get Import Lead Status: `GET /bulk/v1/leads/batch/{id}.json` */
export const getImportStatus: Operation = async (simulator, turn, request) => {
  const job = await turn.unlocked(() => jobIn(simulator, request));
  const { id, status, imported, failures, warnings } = job;
  const message = messageOf(job);
  return {
    result: [
      {
        batchId: id,
        importId: String(id),
        status,
        numOfLeadsProcessed: imported,
        numOfRowsFailed: failures.length,
        numOfRowsWithWarning: warnings.length,
        ...(message !== undefined && { message }),
      },
    ],
  };
};

const reasonColumns = {
  failures: 'Import Failure Reason',
  warnings: 'Import Warning Reason',
} as const;

/** Get Import Lead Failures, or Warnings: the rows, each with the reason in a column of its own. */
export const getImportFile =
  (what: 'failures' | 'warnings'): Operation =>
  async (simulator, turn, request) => {
    const job = await turn.unlocked(() => jobIn(simulator, request));
    const { columns = [], rows = [], delimiter = ',' } = uploads.get(job.request) ?? {};
    const wording = wordingOf(simulator);
    const told = job[what].map(({ row, reason }) => [
      ...(rows[row] ?? []),
      errorsOf(reason, wording)[0].message,
    ]);
    return new FileAnswer(stringify([[...columns, reasonColumns[what]], ...told], { delimiter }));
  };
