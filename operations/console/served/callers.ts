import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { OperationsError } from '../../error.ts';
import { roles, type Caller, type Role } from '../caller.ts';
import { SignedOut } from '../signedOut.ts';

interface CallerOptions {
  /** Of the tokens: `https://cognito-idp.<region>.amazonaws.com/<user pool>`. */
  readonly issuer: string;
  /** The app client that the console signs in with. */
  readonly clientId: string;
}

/** What goes wrong on the way to the keys, and not with the token. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  !(error instanceof errors.JOSEError) ||
  error.code === 'ERR_JOSE_GENERIC';

const groupsIn = ({ 'cognito:groups': groups }: JWTPayload): readonly unknown[] =>
  Array.isArray(groups) ? groups : [];

const roleOf = (payload: JWTPayload): Role | undefined => {
  const groups = groupsIn(payload);
  return roles.findLast((role) => groups.includes(role));
};

/**
 * Who asks, by the access token of Cognito in the header `Authorization`. API Gateway has checked it by
 * then; it is checked again, so that no mistake in the API's settings opens the console.
 * Rejects with SignedOut for a token that does not count, and `denied` for a user of no group.
 */
export const createCallers = ({ issuer, clientId }: CallerOptions) => {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));

  const payloadOf = async (token: string): Promise<JWTPayload> => {
    try {
      const options = { issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'sub'] };
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (isUnreachable(error))
        throw new OperationsError(
          'unreachable',
          'the keys of the sign-in cannot be read: try again in a moment',
          { cause: error },
        );
      throw new SignedOut('the sign-in has ended: sign in again', { cause: error });
    }
  };

  return async (authorization: string | undefined): Promise<Caller> => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new SignedOut();
    const payload = await payloadOf(token);
    const { sub, client_id: client, token_use: use } = payload;
    // Cognito names the client of an access token here, and puts no audience into it.
    if (sub === undefined || client !== clientId || use !== 'access')
      throw new SignedOut('the token is not one of this console: sign in again');
    const role = roleOf(payload);
    if (role === undefined)
      throw new OperationsError(
        'denied',
        `you are signed in, but belong to no group of the console: ask for a place in the group ${roles.join(' or ')}`,
      );
    return { role, user: sub };
  };
};
