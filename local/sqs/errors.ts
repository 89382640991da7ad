/**
 * The errors that the twin answers with: the name in `__type`, the older query code that
 * `x-amzn-query-error` and batch results carry, and the HTTP status. From the service's API model.
 */
const kinds = {
  BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
  BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
  EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
  InternalFailure: ['InternalFailure', 500],
  InvalidAttributeName: ['InvalidAttributeName', 400],
  InvalidAttributeValue: ['InvalidAttributeValue', 400],
  InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
  InvalidMessageContents: ['InvalidMessageContents', 400],
  InvalidParameterValue: ['InvalidParameterValue', 400],
  MalformedInput: ['MalformedInput', 400],
  MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
  MissingParameter: ['MissingParameter', 400],
  OverLimit: ['OverLimit', 403],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
  QueueNameExists: ['QueueAlreadyExists', 400],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  RequestEntityTooLarge: ['RequestEntityTooLarge', 413],
  TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
  UnsupportedOperation: ['AWS.SimpleQueueService.UnsupportedOperation', 400],
} as const satisfies Record<string, readonly [code: string, status: number]>;

/** A refusal that SQS would answer with. `message` never repeats a body or an attribute's value. */
export class SqsError extends Error {
  override readonly name: keyof typeof kinds;

  constructor(name: keyof typeof kinds, message: string) {
    super(message);
    this.name = name;
  }

  /** The code of the query protocol, which the SDK shows as `error.Code`. */
  get code(): string {
    return kinds[this.name][0];
  }

  get status(): number {
    return kinds[this.name][1];
  }
}

export const invalidValue = (parameter: string, because: string): SqsError =>
  new SqsError(
    'InvalidParameterValue',
    `Value for parameter ${parameter} is invalid. Reason: ${because}`,
  );

export const missing = (parameter: string): SqsError =>
  new SqsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
