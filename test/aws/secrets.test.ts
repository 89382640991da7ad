import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod/mini';
import { secretTiming } from '../../lambdas/limits.ts';
import { createSecret } from '../../lambdas/aws/secrets.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { clientOf, scriptedService } from './scripted.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:test';
const maxAgeSeconds = 300;

/** A secret whose text a test changes (`undefined`: Secrets Manager is down), and its reader. */
const secretOf = async (text: string | undefined) => {
  const state = { text, asked: 0, now: 1_000_000 };
  const warnings: string[] = [];
  const url = await scriptedService(() => {
    state.asked += 1;
    if (state.text === undefined) {
      return { status: 500, body: { __type: 'InternalServiceError', Message: 'down' } };
    }
    return { body: { ARN: arn, SecretString: state.text } };
  });
  const client = new SecretsManagerClient(clientOf(url));
  onTestFinished(() => {
    client.destroy();
  });
  const note = (message: string, facts: object = {}): void => {
    warnings.push(message + JSON.stringify(facts));
  };
  const read = createSecret({
    client,
    arn,
    schema: z.object({ key: z.string() }),
    maxAgeSeconds,
    clock: { now: () => epochMs(state.now) },
    logger: { call: () => undefined, delivery: () => undefined, warn: note, error: note },
  });
  return { state, read, warnings };
};

describe('a secret', () => {
  it('is asked for once in its age, also by callers that come together', async () => {
    const { state, read } = await secretOf('{"key":"one"}');
    expect(await Promise.all([read(), read()])).toEqual([{ key: 'one' }, { key: 'one' }]);
    state.text = '{"key":"two"}';
    state.now += maxAgeSeconds * 1_000 - 1;
    expect(await read()).toEqual({ key: 'one' });
    expect(state.asked).toBe(1);
    state.now += 1;
    expect(await read()).toEqual({ key: 'two' });
    expect(state.asked).toBe(2);
  });

  it('serves on with its older value while Secrets Manager is down, and asks now and then', async () => {
    const { state, read, warnings } = await secretOf('{"key":"one"}');
    await read();
    state.text = undefined;
    state.now += maxAgeSeconds * 1_000;
    expect(await read()).toEqual({ key: 'one' });
    expect(await read()).toEqual({ key: 'one' });
    expect(state.asked).toBe(2);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('InternalServiceError');
    state.text = '{"key":"two"}';
    state.now += secretTiming.retryMs;
    expect(await read()).toEqual({ key: 'two' });
  });

  it('that was broken by an edit serves on with its older value', async () => {
    const { state, read, warnings } = await secretOf('{"key":"one"}');
    await read();
    state.text = '{"key":2}';
    state.now += maxAgeSeconds * 1_000;
    expect(await read()).toEqual({ key: 'one' });
    expect(warnings).toHaveLength(1);
  });

  it('that never could be read rejects, and callers cannot make us ask at will', async () => {
    const { state, read } = await secretOf(undefined);
    const because = `The secret ${arn} cannot be read (InternalServiceError).`;
    await expect(read()).rejects.toThrow(because);
    state.text = '{"key":"one"}';
    const { asked } = state;
    await expect(read()).rejects.toThrow(because);
    expect(state.asked).toBe(asked);
    state.now += secretTiming.failureMs;
    expect(await read()).toEqual({ key: 'one' });
  });

  it.each([
    ['hunter2', 'is not JSON text'],
    ['{"key":"hunter2"', 'is not JSON text'],
    ['{"keys":"hunter2"}', 'key: invalid_type'],
    ['{"key":{"hunter2":1}}', 'key: invalid_type'],
    ['"hunter2"', 'it: invalid_type'],
  ])('of a wrong shape is told of without its value (%s)', async (text, said) => {
    const { read } = await secretOf(text);
    const error = await read().then(String, (thrown: unknown) =>
      thrown instanceof Error ? `${thrown.message} ${thrown.stack ?? ''}` : '',
    );
    expect(error).toContain(said);
    expect(error).not.toContain('hunter2');
  });
});
