import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledMapping } from '../../../lambdas/aws/bundledMapping.ts';
import { variable } from '../../../lambdas/aws/variable.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { lambdaSettings } from '../../../lambdas/settings.ts';
import { createClients } from '../../deployed/clients.ts';
import { createStackOperations } from '../../deployed/stack.ts';
import { createLater } from '../../later.ts';
import { createAnswers } from '../answers.ts';
import { createPage } from '../page.ts';
import { createConsoleApi } from './api.ts';
import { createCallers } from './callers.ts';
import { logAction } from './log.ts';

const stackName = variable('STACK_NAME');
const ingestUrl = variable('API_URL');
const clientId = variable('SIGN_IN_CLIENT_ID');

const mapping = bundledMapping(process.env);
const settings = lambdaSettings('console', process.env);

const operations = createLater(async () =>
  createStackOperations({
    clients: await createClients(),
    places: {
      name: stackName,
      ingestUrl,
      tableName: variable('LEADS_TABLE'),
      queueUrls: {
        events: variable('EVENTS_QUEUE_URL'),
        ticks: variable('TICK_QUEUE_URL'),
        deadEvents: variable('EVENTS_DEAD_QUEUE_URL'),
      },
      secrets: {
        ingest: variable('INGEST_SECRET_ARN'),
        marketo: variable('MARKETO_SECRET_ARN'),
        hash: variable('HASH_SECRET_ARN'),
      },
      historyTable: process.env['HISTORY_TABLE'],
    },
    settings,
    mapping: () => Promise.resolve(mapping),
    clock: { now: () => epochMs(Date.now()) },
  }),
);

/** Beside the bundle, as `scripts/build.ts` leaves them. */
const pageFile = (name: string) => () => readFile(join(variable('LAMBDA_TASK_ROOT'), 'page', name));

const page = createPage(
  { html: pageFile('index.html'), styles: pageFile('page.css'), program: pageFile('main.js') },
  { origin: variable('SIGN_IN_ORIGIN'), clientId },
);

const info = { name: stackName, isLocal: false, ingestUrl };

export const handler = createConsoleApi({
  answers: createAnswers({
    operations,
    info,
    page,
    personalData: settings.console.personalData,
    log: logAction,
  }),
  callers: createCallers({ issuer: variable('SIGN_IN_ISSUER'), clientId }),
});
