import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { closeServer, listen } from '../../../local/listen.ts';
import { serveSimulator } from '../../../simulator/server.ts';
import type { SimulatorOptions } from '../../../simulator/options.ts';
import { emptyMapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import { createCheck } from '../../../operations/check/check.ts';
import type {
  CheckedMapping,
  CheckedSettings,
  CheckParts,
} from '../../../operations/check/parts.ts';
import type { Check } from '../../../operations/views.ts';
import { createCountersTwin } from '../../twins/counters.ts';
import { createLeadsTableTwin } from '../../twins/leadsTable.ts';

/** Midday of a day of Marketo's, far from its reset. */
export const now = Date.UTC(2026, 10, 23, 18);
const munchkinId = '561-HYG-937';
export const credentials = {
  restClientId: 'client',
  restClientSecret: 'client-secret',
  soapUserId: 'user',
  soapEncryptionKey: 'encryption-key',
};

/** A simulated Marketo that knows these credentials; ends with the test. */
export const marketoWith = async (options: Partial<SimulatorOptions> = {}) => {
  const served = await serveSimulator({
    port: 0,
    clock: { now: () => now },
    munchkinId,
    credentials: { userId: 'user', encryptionKey: 'encryption-key' },
    rest: { clientId: 'client', clientSecret: 'client-secret' },
    ...options,
  });
  onTestFinished(() => served.close());
  return served;
};

/** Something that answers every request so, in ingest's place; ends with the test. */
export const ingestAnswering = async (status: number, body: object): Promise<string> => {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  onTestFinished(() => closeServer(server));
  return listen(server);
};

const empty = { waiting: 0, delayed: 0, inFlight: 0 };

interface Setting {
  readonly marketo?: Partial<CheckedSettings['marketo']>;
  readonly settings?: Partial<Omit<CheckedSettings, 'marketo'>>;
  readonly mapping?: Partial<CheckedMapping>;
  readonly secrets?: Partial<Readonly<Record<'ingest' | 'marketo' | 'hash', string | undefined>>>;
  readonly parts?: Partial<CheckParts>;
}

/** The parts of a destination in which everything is well, but for what a test changes. */
export const partsWith = async ({ marketo, settings, mapping, secrets, parts }: Setting = {}) => {
  const texts = {
    ingest: '{"writeKey":"the-write-key"}',
    marketo: JSON.stringify(credentials),
    hash: '{"munchkinPrivateKey":"","unused":"x"}',
    ...secrets,
  };
  const { counters, rows } = createCountersTwin();
  const { table } = createLeadsTableTwin(4);
  const secretOf = (name: keyof typeof texts) => ({
    name: `stack/${name}`,
    read: () => Promise.resolve(texts[name]),
  });
  const all: CheckParts = {
    settings: {
      marketo: {
        api: 'rest',
        munchkinId,
        lookupField: 'email',
        leads: 'createOrUpdate',
        deleteLeads: false,
        bulkImport: true,
        ...marketo,
      },
      fieldNames: 'segment',
      hash: { access: 'token', classic: false, allowedOrigins: [] },
      ...settings,
    },
    mapping: () => Promise.resolve({ ...emptyMapping, ...mapping }),
    secrets: { ingest: secretOf('ingest'), marketo: secretOf('marketo'), hash: secretOf('hash') },
    ingestUrl: await ingestAnswering(400, { success: false, code: 'empty_batch' }),
    table,
    counters,
    queues: () => Promise.resolve({ events: empty, ticks: empty, deadEvents: empty }),
    dead: () => Promise.resolve({ dead: [] }),
    clock: { now: () => epochMs(now) },
    random: () => 0.5,
    sleep: () => Promise.resolve(),
    ...parts,
  };
  return { parts: all, table, counted: rows };
};

/** What `check` says with these parts. */
export const checked = async (setting: Setting): Promise<readonly Check[]> =>
  createCheck((await partsWith(setting)).parts)();

/** The checks of this name. */
export const named = (checks: readonly Check[], name: string): readonly Check[] =>
  checks.filter((one) => one.name === name);
