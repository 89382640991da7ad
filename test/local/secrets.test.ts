import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { serveSecrets } from '../../local/secrets.ts';

const clientOf = async (value?: string): Promise<SecretsManagerClient> => {
  const secret = { arn: 'arn:aws:secretsmanager:us-east-1:0:secret:keys-AbCdEf', name: 'keys' };
  const secrets = await serveSecrets([value === undefined ? secret : { ...secret, value }]);
  const client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await secrets.close();
  });
  return client;
};

test('a secret is found by its ARN and by its name', async () => {
  const client = await clientOf('{"writeKey":"k"}');
  for (const SecretId of ['keys', 'arn:aws:secretsmanager:us-east-1:0:secret:keys-AbCdEf']) {
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ Name: 'keys', SecretString: '{"writeKey":"k"}' });
  }
});

test('an unknown secret and one without a value are not found, as in the cloud', async () => {
  const client = await clientOf();
  for (const SecretId of ['other', 'keys']) {
    await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  }
});

test('what is put into a secret is read from then on', async () => {
  const client = await clientOf();
  await client.send(
    new PutSecretValueCommand({ SecretId: 'keys', SecretString: '{"writeKey":"n"}' }),
  );
  const answer = await client.send(new GetSecretValueCommand({ SecretId: 'keys' }));
  expect(answer.SecretString).toBe('{"writeKey":"n"}');
  const nothing = new PutSecretValueCommand({ SecretId: 'keys' });
  await expect(client.send(nothing)).rejects.toThrow(/SecretString must be a text/);
});

test('any other operation is refused by name', async () => {
  const client = await clientOf('{}');
  await expect(client.send(new ListSecretsCommand())).rejects.toThrow(
    /only GetSecretValue, PutSecretValue are served/,
  );
});
