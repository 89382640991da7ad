import { randomUUID } from 'node:crypto';
import { rules } from '../rules.ts';

/** A custom service's client, as Marketo knows it. */
export interface RestCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the instance knows unless it is told otherwise. */
export const defaultRestCredentials: RestCredentials = {
  clientId: 'simulated-client-id',
  clientSecret: 'simulated-client-secret',
};

export interface Tokens {
  /** The token that is alive, or a new one. `expiresIn` in whole seconds, rounded down. */
  grant(now: number): { readonly token: string; readonly expiresIn: number };
  judge(token: string, now: number): 'alive' | 'expired' | 'unknown';
  clear(): void;
}

/** Access tokens. They are not kept over a restart: an old one is then unknown (601). */
export const createTokens = (): Tokens => {
  const expiries = new Map<string, number>();
  let latest = '';
  return {
    grant: (now) => {
      if (now >= (expiries.get(latest) ?? -Infinity)) {
        latest = `${randomUUID()}:int`;
        expiries.set(latest, now + rules.tokenMs);
      }
      const expiresAt = expiries.get(latest) ?? now;
      return { token: latest, expiresIn: Math.floor((expiresAt - now) / 1_000) };
    },
    judge: (token, now) => {
      const expiresAt = expiries.get(token);
      if (expiresAt === undefined) return 'unknown';
      return now < expiresAt ? 'alive' : 'expired';
    },
    clear: () => {
      expiries.clear();
    },
  };
};
