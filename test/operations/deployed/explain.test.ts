import { describe, expect, it } from 'vitest';
import { explained } from '../../../operations/deployed/explain.ts';
import { OperationsError } from '../../../operations/error.ts';

const asked = { action: 'sqs:GetQueueAttributes', region: 'eu-west-1' };

const named = (name: string, message = '', more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

const tell = (error: unknown) => {
  const { code, message } = explained(error, asked);
  return [code, message];
};

describe('what an error of AWS tells the user', () => {
  it.each([
    [
      'there are no credentials',
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      'denied',
      'there are no AWS credentials (Could not load credentials from any providers): set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [
      'the session of SSO has ended',
      named(
        'CredentialsProviderError',
        'The SSO session associated with this profile has expired.',
      ),
      'denied',
      'your AWS credentials have expired: log in again (with SSO, by aws sso login), then repeat the command',
    ],
    [
      'the token has expired',
      named('ExpiredTokenException', 'The security token included in the request is expired'),
      'denied',
      'your AWS credentials have expired: log in again (with SSO, by aws sso login), then repeat the command',
    ],
    [
      'the key is of another account, or the region is off',
      named('UnrecognizedClientException', 'The security token included in the request is invalid'),
      'denied',
      'AWS does not accept your credentials in eu-west-1 (UnrecognizedClientException): check them, this machine’s clock, and that the region is enabled for your account',
    ],
    [
      'IAM does not allow it',
      named('AccessDeniedException', 'no', { $metadata: { httpStatusCode: 400 } }),
      'denied',
      'your AWS user may not do this: allow it the action sqs:GetQueueAttributes',
    ],
    [
      'IAM names another action',
      named(
        'AccessDenied',
        'User: arn:aws:iam::123456789012:user/jane is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:x',
      ),
      'denied',
      'your AWS user may not do this: allow it the action kms:Decrypt',
    ],
    [
      'there were too many requests',
      named('ThrottlingException', 'Rate exceeded', { $metadata: { httpStatusCode: 400 } }),
      'unreachable',
      'AWS had too many requests for sqs:GetQueueAttributes: try again in a minute',
    ],
    [
      'too many searches are running',
      named('LimitExceededException', 'too many', { $metadata: { httpStatusCode: 400 } }),
      'unreachable',
      'AWS had too many requests for sqs:GetQueueAttributes: try again in a minute',
    ],
    [
      'a queue is gone',
      named('QueueDoesNotExist', 'The specified queue does not exist.'),
      'unusable',
      'the stack names something that is not there (sqs:GetQueueAttributes in eu-west-1): deploy the stack again',
    ],
    [
      'there is no such region',
      named('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }),
      'unreachable',
      'AWS cannot be reached in eu-west-1 (ENOTFOUND, for sqs:GetQueueAttributes): check the region’s name and this machine’s network',
    ],
    [
      'nobody answers',
      named('TimeoutError', 'Connection timed out'),
      'unreachable',
      'AWS cannot be reached in eu-west-1 (TimeoutError, for sqs:GetQueueAttributes): check the region’s name and this machine’s network',
    ],
    [
      'AWS is ill',
      named('InternalFailure', 'oops', { $metadata: { httpStatusCode: 500 } }),
      'unreachable',
      'AWS failed (HTTP 500, for sqs:GetQueueAttributes): try again in a minute',
    ],
    [
      'it is something else',
      named('KmsInvalidState', 'jane@example.com', { $metadata: { httpStatusCode: 400 } }),
      'unreachable',
      'AWS refused sqs:GetQueueAttributes (KmsInvalidState): check that the stack is the one you mean, and that it is deployed',
    ],
    [
      'it is no error at all',
      'nonsense',
      'unreachable',
      'AWS refused sqs:GetQueueAttributes (unknown error): check that the stack is the one you mean, and that it is deployed',
    ],
  ] as const)('where %s', (_what, error, code, message) => {
    expect(tell(error)).toEqual([code, message]);
  });

  it('is left as it is where it has been explained already', () => {
    const error = new OperationsError('not-found', 'gone');
    expect(explained(error, asked)).toBe(error);
  });
});
