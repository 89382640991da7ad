/** What a user of the console or the command line can mend: `message` says what is wrong and what to do. */
export class OperationsError extends Error {
  override readonly name = 'OperationsError';
  readonly code: 'bad-input' | 'not-found' | 'unreachable' | 'denied' | 'unusable';

  constructor(code: OperationsError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
