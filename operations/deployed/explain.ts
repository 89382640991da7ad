import { isThrottling } from '../../lambdas/aws/throttling.ts';
import { OperationsError } from '../error.ts';

/** Where something was asked for, as it is told to people. */
interface Asked {
  /** The IAM action: `sqs:GetQueueAttributes`. */
  readonly action: string;
  readonly region: string;
}

const expired = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'TokenRefreshRequired',
]);

const notAccepted = new Set([
  'AuthFailure',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'NotAuthorized',
  'UnauthorizedOperation',
]);

const tooMany = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

const notThere = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);

const wayIn = 'set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const logInAgain = 'log in again (with SSO, by aws sso login), then repeat the command';

interface Failure {
  readonly name: string;
  readonly message: string;
  /** Node's code where no answer came. */
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** For want of credentials nothing was sent; the SDK's words name files and profiles, no secrets. */
const withoutCredentials = ({ message }: Failure): OperationsError =>
  /expired|refresh/i.test(message)
    ? new OperationsError('denied', `your AWS credentials have expired: ${logInAgain}`)
    : new OperationsError('denied', `there are no AWS credentials (${message}): ${wayIn}`);

/** What AWS itself says is missing, which may be another service's action. */
const actionIn = ({ message }: Failure): string | undefined =>
  /not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1];

/**
 * An error of an AWS client as one that tells the user what is wrong and what to do. Of what AWS
 * says only the error's name and an action get into it.
 */
export const explained = (error: unknown, { action, region }: Asked): OperationsError => {
  if (error instanceof OperationsError) return error;
  const failure: Failure =
    error instanceof Error ? error : { name: 'unknown error', message: String(error) };
  const { name, code } = failure;
  const status = failure.$metadata?.httpStatusCode ?? 0;
  const tell = (kind: OperationsError['code'], message: string): OperationsError =>
    new OperationsError(kind, message, { cause: error });

  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return withoutCredentials(failure);
  if (expired.has(name)) return tell('denied', `your AWS credentials have expired: ${logInAgain}`);
  if (notAccepted.has(name))
    return tell(
      'denied',
      `AWS does not accept your credentials in ${region} (${name}): check them, this machine’s clock, and that the region is enabled for your account`,
    );
  if (denied.has(name) || (status === 403 && !isThrottling(name)))
    return tell(
      'denied',
      `your AWS user may not do this: allow it the action ${actionIn(failure) ?? action}`,
    );
  if (isThrottling(name) || tooMany.has(name) || status === 429)
    return tell('unreachable', `AWS had too many requests for ${action}: try again in a minute`);
  if (notThere.has(name))
    return tell(
      'unusable',
      `the stack names something that is not there (${action} in ${region}): deploy the stack again`,
    );
  if (typeof code === 'string' || name === 'TimeoutError' || name === 'AbortError')
    return tell(
      'unreachable',
      `AWS cannot be reached in ${region} (${typeof code === 'string' ? code : name}, for ${action}): check the region’s name and this machine’s network`,
    );
  return tell(
    'unreachable',
    status >= 500
      ? `AWS failed (HTTP ${status}, for ${action}): try again in a minute`
      : `AWS refused ${action} (${name}): check that the stack is the one you mean, and that it is deployed`,
  );
};
