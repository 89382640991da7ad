import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveSecrets } from '../../local/secrets.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hash';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('the hash function', () => {
  it('signs with the key of its secret, as its environment allows', async () => {
    const value = '{"munchkinPrivateKey":"mysecretkey"}';
    const secrets = await serveSecrets([{ arn, name: 'hash', value }]);
    onTestFinished(() => secrets.close());
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
    vi.stubEnv('HASH_SECRET_ARN', arn);
    vi.stubEnv('HASH_CLASSIC', 'true');
    vi.stubEnv('HASH_ALLOWED_ORIGINS', '["https://www.example.com"]');
    const { handler } = await import('../../lambdas/hash/handler.ts');
    const rawPath = '/integrations/marketo/v1/project/someone@email.com/hash';
    const answer = await handler(
      {
        version: '2.0',
        rawPath,
        headers: { origin: 'https://www.example.com' },
        queryStringParameters: { callback: '__jp0' },
        requestContext: { http: { method: 'GET', path: rawPath } },
      } as unknown as APIGatewayProxyEventV2,
      {} as Context,
    );
    expect(answer.body).toBe('__jp0("dcb91275781ad25074d9e6ca8e3153a82e9a0759")');
    expect(answer.headers?.['Access-Control-Allow-Origin']).toBe('https://www.example.com');
  });
});
