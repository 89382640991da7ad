import { expect, test } from 'vitest';
import { unknownResources } from '../../local/inventory.ts';
import { resolve, type Physicals } from '../../local/template.ts';

const physicals: Physicals = new Map([
  ['Queue', { ref: 'http://127.0.0.1:1/0/queue', attributes: { Arn: 'arn:aws:sqs:r:0:queue' } }],
  ['Table', { ref: 'leads', attributes: { Arn: 'arn:aws:dynamodb:r:0:table/leads' } }],
]);

const value = (expression: unknown): unknown => resolve(expression, physicals, 'Fn.Environment');

test.each([
  ['plain values stay', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
  ['Ref gives the resource', { Ref: 'Queue' }, 'http://127.0.0.1:1/0/queue'],
  ['Ref gives the region', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['GetAtt gives an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:r:0:queue'],
  ['GetAtt may be dotted', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:r:0:queue'],
  [
    'Join joins resolved parts',
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':', { Ref: 'Table' }]] },
    'arn:aws:leads',
  ],
  [
    'Select and Split take a list apart',
    { 'Fn::Select': ['5', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
    'queue',
  ],
  [
    'Sub knows resources, attributes, pseudo parameters and literals',
    { 'Fn::Sub': '${Table}/${Queue.Arn}/${AWS::AccountId}/${!Table}' },
    'leads/arn:aws:sqs:r:0:queue/000000000000/${Table}',
  ],
  [
    'Sub prefers its own variables',
    { 'Fn::Sub': ['${Table}-${x}', { x: { Ref: 'Queue' }, Table: 'own' }] },
    'own-http://127.0.0.1:1/0/queue',
  ],
  [
    'NoValue leaves a property and a list item out',
    { a: { Ref: 'AWS::NoValue' }, b: ['x', { Ref: 'AWS::NoValue' }] },
    { b: ['x'] },
  ],
])('%s', (_name, expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

test('an unknown intrinsic is an error that names it and its place', () => {
  expect(() => value({ URL: { 'Fn::ImportValue': 'x' } })).toThrow(
    /Fn\.Environment\.URL: .*Fn::ImportValue/,
  );
});

test('a resource or attribute without a value here is an error that names it', () => {
  expect(() => value({ Ref: 'Topic' })).toThrow(/Topic is not known here/);
  expect(() => value({ 'Fn::GetAtt': ['Queue', 'Size'] })).toThrow(/Queue has no attribute Size/);
  expect(() => value({ 'Fn::Sub': '${Topic.Arn}' })).toThrow(/Topic is not known here/);
});

test('a resource type that nobody taught the local run is named, and stops nothing', () => {
  const queue = { Type: 'AWS::SQS::Queue' };
  expect(
    unknownResources({ Resources: { Queue: queue, Logs: { Type: 'AWS::Logs::LogGroup' } } }),
  ).toEqual([]);
  expect(
    unknownResources({ Resources: { Queue: queue, Steps: { Type: 'AWS::StepFunctions::X' } } }),
  ).toEqual([expect.stringMatching(/Steps \(AWS::StepFunctions::X\)/)]);
});
