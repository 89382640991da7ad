import { pageTiming } from './timing.ts';

/** Where users sign in, as the page that the stack serves says. */
interface SignIn {
  /** Of Cognito's pages. */
  readonly origin: string;
  readonly clientId: string;
}

/** What is remembered while the browser is at the sign-in. */
interface Attempt {
  readonly state: string;
  /** Proves that whoever brings the code is the one who asked for it (PKCE, RFC 7636). */
  readonly verifier: string;
  /** The page of the console to go on with. */
  readonly hash: string;
}

interface Session {
  readonly token: string;
  /** By this browser's clock (epoch ms). */
  readonly since: number;
  readonly endsAt: number;
}

/** Undefined on one's own machine, where nobody signs in, and outside of a page. */
const signInOf = (): SignIn | undefined => {
  if (typeof document === 'undefined') return undefined;
  const content = document.querySelector<HTMLMetaElement>('meta[name=sign-in]')?.content;
  return content === undefined ? undefined : (JSON.parse(content) as SignIn);
};

const pageUrl = (): string => `${location.origin}/console`;
const attemptKey = 'sign-in-attempt';
const sessionKey = 'sign-in-session';

const stored = (key: string): unknown => JSON.parse(sessionStorage.getItem(key) ?? 'null');

const storedSession = (): Session | null => stored(sessionKey) as Session | null;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  base64url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
  );

/** Goes to the sign-in pages, and comes back to the page that is open now. */
const goToSignIn = async ({ origin, clientId }: SignIn): Promise<void> => {
  const attempt: Attempt = { state: randomText(), verifier: randomText(), hash: location.hash };
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: pageUrl(),
    scope: 'openid',
    state: attempt.state,
    code_challenge: await challengeOf(attempt.verifier),
    code_challenge_method: 'S256',
  });
  location.assign(`${origin}/oauth2/authorize?${query}`);
};

/** Takes the token for the code that the sign-in has sent along. */
const finish = async ({ origin, clientId }: SignIn, answer: URLSearchParams): Promise<void> => {
  const attempt = stored(attemptKey) as Attempt | null;
  sessionStorage.removeItem(attemptKey);
  history.replaceState(null, '', `/console${attempt?.hash ?? ''}`);
  const problem = answer.get('error_description') ?? answer.get('error');
  if (problem !== null) throw new Error(`The sign-in was not completed: ${problem}.`);
  if (attempt === null || answer.get('state') !== attempt.state)
    throw new Error('This sign-in was not begun here. Sign in again.');
  const response = await fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: pageUrl(),
      code: answer.get('code') ?? '',
      code_verifier: attempt.verifier,
    }),
    signal: AbortSignal.timeout(pageTiming.requestMs),
  });
  if (!response.ok)
    throw new Error('The sign-in has ended before it was completed. Sign in again.');
  const { access_token: token, expires_in: seconds } = (await response.json()) as {
    readonly access_token: string;
    readonly expires_in: number;
  };
  const since = Date.now();
  const session: Session = { token, since, endsAt: since + seconds * 1_000 };
  sessionStorage.setItem(sessionKey, JSON.stringify(session));
};

const session = (): Session | undefined => {
  const known = storedSession();
  return known !== null && known.endsAt > Date.now() ? known : undefined;
};

/** Whether the console is one that users sign in to. */
export const hasSignIn = (): boolean => signInOf() !== undefined;

/**
 * Resolves to true once somebody is signed in; to false while the browser leaves for the sign-in.
 * @throws where the sign-in failed; the message says why
 */
export const signedIn = async (): Promise<boolean> => {
  const signIn = signInOf();
  if (signIn === undefined) return true;
  const answer = new URLSearchParams(location.search);
  if (answer.has('code') || answer.has('error')) await finish(signIn, answer);
  if (session() !== undefined) return true;
  await goToSignIn(signIn);
  return false;
};

/** What a call carries to say who asks. */
export const credentials = (): Readonly<Record<string, string>> => {
  const token = signInOf() && session()?.token;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/**
 * What to do when a call was told that nobody is signed in: goes to the sign-in, unless that was just
 * now, which would go round for ever. True while the browser leaves.
 */
export const signInAgain = async (): Promise<boolean> => {
  const signIn = signInOf();
  if (signIn === undefined) return false;
  const known = storedSession();
  if (known !== null && Date.now() - known.since < pageTiming.signInAgainMs) return false;
  sessionStorage.removeItem(sessionKey);
  await goToSignIn(signIn);
  return true;
};

/** Ends the sign-in, here and at the sign-in pages. */
export const signOut = (): void => {
  const signIn = signInOf();
  if (signIn === undefined) return;
  sessionStorage.removeItem(sessionKey);
  const query = new URLSearchParams({ client_id: signIn.clientId, logout_uri: pageUrl() });
  location.assign(`${signIn.origin}/logout?${query}`);
};
