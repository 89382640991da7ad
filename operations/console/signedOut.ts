/** Nobody is signed in, or no longer: whoever asks has to sign in first. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';

  constructor(message = 'sign in to use the console', options?: ErrorOptions) {
    super(message, options);
  }
}
