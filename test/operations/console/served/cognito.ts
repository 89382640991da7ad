import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { onTestFinished } from 'vitest';
import { closeServer, listen } from '../../../../local/listen.ts';

export const clientId = '7exampleclientid';

/** What is said in a token; absent: as Cognito does for an operator. */
interface Claims {
  readonly sub?: string;
  readonly client_id?: string;
  readonly token_use?: string;
  readonly groups?: readonly string[] | undefined;
  readonly issuer?: string;
  /** When it ends, from now on. */
  readonly endsInSeconds?: number;
  /** Another key than the published one. */
  readonly key?: CryptoKey;
}

interface Code {
  readonly challenge: string;
  readonly redirect: string;
}

/**
 * Stands in for Cognito: the keys of a user pool, and its sign-in pages, where whoever comes is signed in
 * at once. Its answers are those of https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html.
 */
export const serveCognito = async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const codes = new Map<string, Code>();
  const asked: string[] = [];
  let origin = '';
  let groups: readonly string[] | undefined = ['operator'];
  let endsInSeconds = 3_600;

  const token = (claims: Claims = {}): Promise<string> =>
    new SignJWT({
      client_id: claims.client_id ?? clientId,
      token_use: claims.token_use ?? 'access',
      scope: 'openid',
      username: 'c0ffee00-0000-4000-8000-000000000000',
      ...('groups' in claims
        ? claims.groups && { 'cognito:groups': claims.groups }
        : { 'cognito:groups': ['operator'] }),
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setSubject(claims.sub ?? 'c0ffee00-0000-4000-8000-000000000000')
      .setIssuer(claims.issuer ?? origin)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + (claims.endsInSeconds ?? 3_600))
      .sign(claims.key ?? privateKey);

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const redirect = query.get('redirect_uri') ?? '';
    const back = new URL(redirect);
    const code = randomUUID();
    codes.set(code, { challenge: query.get('code_challenge') ?? '', redirect });
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  };

  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood =
      code?.challenge === proof &&
      form.get('redirect_uri') === code.redirect &&
      form.get('client_id') === clientId &&
      form.get('grant_type') === 'authorization_code';
    const answer = isGood
      ? {
          access_token: await token({ groups, endsInSeconds }),
          id_token: 'unused',
          refresh_token: 'unused',
          token_type: 'Bearer',
          expires_in: endsInSeconds,
        }
      : { error: 'invalid_grant' };
    response.writeHead(isGood ? 200 : 400, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    });
    response.end(JSON.stringify(answer));
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin);
    asked.push(pathname);
    switch (pathname) {
      case '/.well-known/jwks.json':
        void exportJWK(publicKey).then((key) => {
          response.end(
            JSON.stringify({ keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] }),
          );
        });
        return;
      case '/oauth2/authorize':
        authorize(searchParams, response);
        return;
      case '/oauth2/token':
        void exchange(request, response);
        return;
      case '/logout':
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>Signed out</title>');
        return;
      default:
        response.writeHead(404).end();
    }
  });
  origin = (await listen(server)).replace('127.0.0.1', 'localhost');
  const close = (): Promise<void> => closeServer(server);
  return {
    origin,
    asked,
    token,
    close,
    /** Whom the next sign-in makes. */
    signsIn: (as: readonly string[] | undefined, seconds = 3_600): void => {
      groups = as;
      endsInSeconds = seconds;
    },
  };
};

/** The same until the test ends. */
export const cognitoForTest = async () => {
  const cognito = await serveCognito();
  onTestFinished(() => cognito.close());
  return cognito;
};
