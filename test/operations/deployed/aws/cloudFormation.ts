import type { AwsFailure } from './serve.ts';
import { serveAws } from './serve.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const requestId =
  '<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>';

const failed = ({ code, message = '', status = 400 }: AwsFailure) => ({
  status,
  type: 'text/xml',
  body: `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>`,
});

const members = (outputs: Readonly<Record<string, string>>): string =>
  Object.entries(outputs)
    .map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
    )
    .join('');

/** `DescribeStacks` of CloudFormation in the AWS Query protocol. */
export const serveCloudFormation = async (
  stacks: ReadonlyMap<string, Readonly<Record<string, string>>>,
) => {
  let failure: AwsFailure | undefined;
  const served = await serveAws(({ headers, body }) => {
    const asked = new URLSearchParams(body);
    if (failure) return failed(failure);
    if (
      asked.get('Action') !== 'DescribeStacks' ||
      headers['content-type'] !== 'application/x-www-form-urlencoded'
    )
      return failed({ code: 'InvalidAction', message: 'only DescribeStacks is served here' });
    const name = asked.get('StackName') ?? '';
    const outputs = stacks.get(name);
    if (!outputs)
      return failed({ code: 'ValidationError', message: `Stack with id ${name} does not exist` });
    return {
      type: 'text/xml',
      body: `<DescribeStacksResponse xmlns="${namespace}"><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members(outputs)}</Outputs></member></Stacks></DescribeStacksResult>${requestId}</DescribeStacksResponse>`,
    };
  });
  return {
    ...served,
    /** All that follows fails so; undefined: no more. */
    fail: (next?: AwsFailure): void => {
      failure = next;
    },
  };
};
