import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { serveSecrets } from '../../local/secrets.ts';
import { hashToken, origin, privateKey, tokenSecret } from './support.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:hash';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('the hash function', () => {
  it('takes tokens and the classic path with what its secret holds, as its environment allows', async () => {
    const value = JSON.stringify({ munchkinPrivateKey: privateKey, hashTokenSecret: tokenSecret });
    const secrets = await serveSecrets([{ arn, name: 'hash', value }]);
    onTestFinished(() => secrets.close());
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
    vi.stubEnv('HASH_SECRET_ARN', arn);
    vi.stubEnv('STACK_NAME', 'stack');
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.stubEnv('HASH_CLASSIC', 'true');
    vi.stubEnv('HASH_ALLOWED_ORIGINS', '["https://www.example.com"]');
    const { handler } = await import('../../lambdas/hash/hashHandler.ts');
    const ask = (method: string, rawPath: string, more: object) =>
      handler(
        {
          version: '2.0',
          rawPath,
          headers: { origin },
          requestContext: { http: { method, path: rawPath } },
          ...more,
        } as unknown as APIGatewayProxyEventV2,
        {} as Context,
      );
    const script = await ask('GET', '/integrations/marketo/v1/project/someone@email.com/hash', {
      queryStringParameters: { callback: '__jp0' },
    });
    expect(script.body).toBe('__jp0("dcb91275781ad25074d9e6ca8e3153a82e9a0759")');
    expect(script.headers?.['Access-Control-Allow-Origin']).toBe(origin);
    const token = hashToken('someone@email.com', tokenSecret);
    const hashed = await ask('POST', '/v1/hash', { body: JSON.stringify({ token }) });
    expect(hashed.body).toBe('{"hash":"dcb91275781ad25074d9e6ca8e3153a82e9a0759"}');
    const email = await ask('POST', '/v1/hash', { body: '{"email":"someone@email.com"}' });
    expect(email.statusCode).toBe(403);
  });
});
