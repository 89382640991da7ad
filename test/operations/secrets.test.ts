import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { openSecretStores } from '../../operations/deployed/secretStores.ts';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { credentials, marketoWith } from './check/support.ts';
import { command } from './cli/support.ts';
import { deployed } from './deployed/stack.ts';

const tokenSecret = 'a-token-secret-of-thirty-two-characters';
const blank = { restClientId: '', restClientSecret: '', soapUserId: '', soapEncryptionKey: '' };

/** A deployed stack whose Marketo is the simulated one, with nothing filled in. */
const stack = async () => {
  const { restEndpoint } = await marketoWith();
  await deployed(templateOf(exampleSettings({ MARKETO_REST_ENDPOINT: restEndpoint })), {
    secrets: {
      ingest: '{"writeKey": "wk-1"}',
      marketo: JSON.stringify({ ...blank, unused: 'generated' }),
      hash: '{"munchkinPrivateKey": ""}',
    },
  });
  const client = new SecretsManagerClient({});
  return {
    held: async (name: string): Promise<unknown> => {
      const SecretId = `marketo-destination/${name}`;
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString);
    },
    set: (typed: readonly string[], ...more: readonly string[]) =>
      command(['secrets', 'set', '--stack', 'marketo-destination', ...more], { typed }),
  };
};

describe('secrets set', () => {
  it('stores credentials that Marketo takes, beside what was there, and shows none', async () => {
    const { held, set } = await stack();
    const { restClientId, restClientSecret } = credentials;
    const ended = await set([restClientId, restClientSecret], '--only', 'marketo');
    expect(ended).toMatchObject({ exit: 0 });
    expect(ended.out).toMatch(
      /^Stored restClientId, restClientSecret in marketo-destination\/marketo/,
    );
    expect(ended.out + ended.err).not.toContain(restClientSecret);
    expect(await held('marketo')).toEqual({
      ...blank,
      unused: 'generated',
      restClientId,
      restClientSecret,
    });
  });

  it('stores nothing that Marketo does not take, and says why', async () => {
    const { held, set } = await stack();
    const ended = await set(['who', 'a-wrong-secret'], '--only', 'marketo');
    expect(ended.exit).toBe(1);
    expect(ended.err).toMatch(/Nothing was stored.*Marketo cannot be used: .*credentials/s);
    expect(ended.err).not.toContain('a-wrong-secret');
    expect(await held('marketo')).toMatchObject(blank);
  });

  it('keeps what is left blank, and asks for all secrets unless told otherwise', async () => {
    const { held, set } = await stack();
    const ended = await set(['', '', 'munchkin-key', tokenSecret, '', 'sk-1', '', '', '']);
    expect(ended).toMatchObject({ exit: 0 });
    expect(ended.err).toMatch(/writeKey \(is set; blank keeps it\)/);
    expect(await held('hash')).toEqual({
      munchkinPrivateKey: 'munchkin-key',
      hashTokenSecret: tokenSecret,
    });
    expect(await held('ingest')).toEqual({ writeKey: 'wk-1', serverKey: 'sk-1' });
  });

  it('refuses a token secret that can be guessed', async () => {
    const { held, set } = await stack();
    const ended = await set(['munchkin-key', 'short'], '--only', 'hash');
    expect(ended).toMatchObject({ exit: 1 });
    expect(ended.err).toMatch(/32 characters/);
    expect(await held('hash')).toEqual({ munchkinPrivateKey: '' });
  });

  it('needs a stack of ours', async () => {
    await stack();
    await expect(openSecretStores({ stackName: 'other' })).rejects.toThrow(/no stack other/);
  });

  it('asks only in a terminal, and only for a deployed stack', async () => {
    const piped = await command(['secrets', 'set', '--stack', 'marketo-destination']);
    expect(piped).toMatchObject({ exit: 2 });
    expect(piped.err).toMatch(/in a terminal/);
    expect((await command(['secrets', 'set'], { typed: [] })).err).toMatch(/--stack/);
  });
});
