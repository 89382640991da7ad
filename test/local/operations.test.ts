import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../local/sqs/clock.ts';
import { emptyMapping } from '../../lambdas/marketo/mapping/mapping.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createLocalOperations, type LocalParts } from '../../local/operations.ts';
import { exampleSettings } from '../lib/support.ts';

const partsOf = (parts: Partial<LocalParts>): LocalParts => {
  const sqs = new SQSClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' });
  onTestFinished(() => {
    sqs.destroy();
  });
  return {
    write: () => undefined,
    clock: { now: () => epochMs(systemClock.now()) },
    settings: exampleSettings(),
    mapping: () => emptyMapping,
    ingestUrl: 'http://127.0.0.1:1',
    writeKey: () => Promise.resolve('server'),
    deleteKey: () => Promise.resolve('delete'),
    sqs,
    queueUrls: new Map(
      ['s-events.fifo', 's-due', 's-events-dead.fifo'].map((name) => [name, `http://q/${name}`]),
    ),
    tables: { url: 'http://127.0.0.1:1', names: ['LeadsTable', 'HistoryTable'] },
    secrets: ['ingest', 'marketo', 'hash'].map((name) => ({ arn: name, name: `s/${name}` })),
    ...parts,
  };
};

test('a stack without what the console looks at is an error that says what is missing', () => {
  const without = (parts: Partial<LocalParts>) => () => createLocalOperations(partsOf(parts));
  expect(without({ queueUrls: new Map() })).toThrow(
    'the stack has nothing whose name ends in -events.fifo',
  );
  expect(without({ secrets: [] })).toThrow('the stack has nothing whose name ends in /ingest');
  expect(without({ tables: { url: 'http://127.0.0.1:1', names: [] } })).toThrow(
    'the stack has no table',
  );
});

test('it is made without asking anybody', () => {
  const { close } = createLocalOperations(partsOf({}));
  expect(close).not.toThrow();
});
