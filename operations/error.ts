/**
 * What a user of the console or the command line can mend: `message` says what is wrong and what to
 * do. `not-found` says that there is nobody and nothing of the name that was looked for; whoever asks
 * over HTTP takes it for an empty answer, so what the destination itself lacks is `unusable`.
 */
export class OperationsError extends Error {
  override readonly name = 'OperationsError';
  readonly code: 'bad-input' | 'not-found' | 'unreachable' | 'denied' | 'unusable';

  constructor(code: OperationsError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
