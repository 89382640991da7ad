/** By which names SQS, the SDK and KMS say that we send faster than they take (Amazon SQS, KMS). */
const names: ReadonlySet<string> = new Set([
  'KmsThrottled',
  'OverLimit',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttled',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** Whether an error's name or code asks us to slow down; `AWS.SimpleQueueService.` may precede it. */
export const isThrottling = (name: string): boolean => names.has(name.split('.').at(-1) ?? name);
