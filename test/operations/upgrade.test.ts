import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Account, findLeft } from '../../operations/upgrade/left.ts';
import { compareTemplates } from '../../operations/upgrade/compare.ts';
import { readTemplate, type Template } from '../../operations/upgrade/template.ts';
import { compareVersions, versionOf } from '../../operations/upgrade/versions.ts';
import { exampleSettings, templateOf, temporaryFolder } from '../lib/support.ts';

const old = JSON.parse(
  readFileSync(join(import.meta.dirname, '../lib/fixtures/template-0.1.0.json'), 'utf8'),
) as Template;
const today: Template = templateOf(exampleSettings());
const idOf = (type: string, start = ''): string =>
  Object.entries(today.Resources).find(
    ([id, { Type }]) => Type === type && id.startsWith(start),
  )?.[0] ?? '';
const table = idOf('AWS::DynamoDB::GlobalTable', 'LeadsTable');
const history = idOf('AWS::DynamoDB::GlobalTable', 'HistoryTable');

/** Today's template with other properties of one resource. */
const changed = (id: string, properties: object): Template => {
  const resource = today.Resources[id];
  return {
    ...today,
    Resources: {
      ...today.Resources,
      [id]: { Type: '', ...resource, Properties: { ...resource?.Properties, ...properties } },
    },
  };
};

describe('an upgrade from version 0.1', () => {
  it('replaces and removes nothing that holds data, keys or an address', () => {
    expect(compareTemplates(old, today)).toEqual([]);
  });

  it('keeps every logical id but that of the schedule, so that nothing else is made anew', () => {
    // The rule `Sweep` is the rule `ScheduledTick` now; a rule holds nothing.
    const ids = Object.keys(old.Resources).filter(
      (id) => !/CustomResource|AWS679|^SourcesSweep/.test(id),
    );
    expect(ids.filter((id) => !(id in today.Resources))).toEqual([]);
  });

  it('is known by what the stack says of its version', () => {
    expect(versionOf(old)).toBe('0.1.0');
    expect(versionOf({ ...today, Outputs: { Version: { Value: '2.0.0' } } })).toBe('2.0.0');
    expect(compareVersions('0.2.0', '0.10.0')).toBeLessThan(0);
    expect(compareVersions('1.0.0', '1.0.0-rc.1')).toBe(0);
    expect(compareVersions('1.1.0', '1.0.9')).toBeGreaterThan(0);
  });
});

describe('an upgrade check', () => {
  it.each([
    ['another name of a queue', idOf('AWS::SQS::Queue'), { QueueName: 'x' }, 'replaced'],
    ['another key of the table', table, { KeySchema: [] }, 'replaced'],
    ['a name for the table', table, { TableName: 'x' }, 'replaced'],
    [
      'another template of a secret',
      idOf('AWS::SecretsManager::Secret'),
      { GenerateSecretString: {} },
      'rewritten',
    ],
    [
      'two indexes at once',
      table,
      { GlobalSecondaryIndexes: [{ IndexName: 'a' }, { IndexName: 'b' }] },
      'impossible',
    ],
  ])('finds %s', (_name, id, properties, what) => {
    expect(compareTemplates(today, changed(id, properties))).toMatchObject([{ id, what }]);
  });

  it('lets what does no harm pass', () => {
    const queue = idOf('AWS::SQS::Queue');
    expect(compareTemplates(today, changed(queue, { VisibilityTimeout: 1 }))).toEqual([]);
    expect(compareTemplates(today, changed(table, { Replicas: [] }))).toEqual([]);
  });

  it('tells what is deleted from what leaves the stack and stays', () => {
    const { [table]: gone, ...Resources } = today.Resources;
    const without = { Resources };
    expect(compareTemplates(today, without)).toMatchObject([
      { what: 'removed', says: 'It leaves the stack and stays in the account.' },
    ]);
    const before = {
      Resources: { ...Resources, [table]: { Type: '', ...gone, DeletionPolicy: 'Delete' } },
    };
    expect(compareTemplates(before, without)).toMatchObject([
      { says: 'It is deleted, with what it holds.' },
    ]);
  });
});

describe('what a deleted stack has left', () => {
  const account = (over: Partial<Account> = {}): Account => ({
    queueUrl: (name) => Promise.resolve(`https://sqs/${name}`),
    secret: (name) => Promise.resolve({ arn: `arn:${name}`, deleted: false }),
    tables: (start) => Promise.resolve([`${start}1ABC`]),
    ...over,
  });
  const look = (over?: Partial<Account>, named?: string) =>
    findLeft(account(over), today, { stackName: 'marketo-destination', table: named });

  it('is found by its names, and identified as CloudFormation imports it', async () => {
    const { mapping, missing } = await look();
    expect(missing).toEqual([]);
    expect(Object.keys(mapping)).toHaveLength(8);
    expect(mapping[history]).toEqual({ TableName: `marketo-destination-${history}-1ABC` });
    expect(mapping[table]).toEqual({ TableName: `marketo-destination-${table}-1ABC` });
    expect(mapping[idOf('AWS::SecretsManager::Secret', 'SecretsHash')]).toEqual({
      Id: 'arn:marketo-destination/hash',
    });
    expect(Object.values(mapping)).toContainEqual({
      QueueUrl: 'https://sqs/marketo-destination-events.fifo',
    });
  });

  it('is said not to be there where it is not, or where it cannot be told which', async () => {
    const { missing } = await look({
      queueUrl: () => Promise.resolve(undefined),
      secret: (name) => Promise.resolve({ arn: name, deleted: true }),
      tables: () => Promise.resolve(['a', 'b']),
    });
    expect(missing).toHaveLength(7);
    expect(missing).toContain('There is no queue marketo-destination-events.fifo.');
    expect(missing.join(' ')).toMatch(/scheduled for deletion: restore it/);
    expect(missing.join(' ')).toMatch(/several tables: a, b\. Say which one with --table/);
  });

  it('misses no history: the new stack begins another', async () => {
    const tables = (start: string) =>
      Promise.resolve(start.includes('HistoryTable') ? [] : [`${start}1ABC`]);
    const { mapping, missing } = await look({ tables });
    expect(missing).toEqual([]);
    expect(mapping).not.toHaveProperty(history);
  });

  it('takes the table that is named', async () => {
    const tables = () => Promise.resolve(['a', 'b']);
    expect((await look({ tables }, 'b')).mapping[table]).toEqual({ TableName: 'b' });
    expect((await look({ tables }, 'c')).missing).toEqual([
      expect.stringMatching(/^There is no table c/),
    ]);
  });
});

describe('a template that is none', () => {
  it('is refused with what to do', async () => {
    const folder = temporaryFolder();
    await expect(readTemplate(join(folder, 'x.json'))).rejects.toThrow(/cdk synth/);
    writeFileSync(join(folder, 'y.json'), '{"a": 1}');
    await expect(readTemplate(join(folder, 'y.json'))).rejects.toThrow(/no template in JSON/);
  });
});
