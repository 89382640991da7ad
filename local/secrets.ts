import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from './listen.ts';
import {
  accountId,
  isRecord,
  region,
  resolve,
  resourcesOf,
  type Physicals,
  type Template,
} from './template.ts';

interface LocalSecret {
  readonly arn: string;
  readonly name: string;
  /** Absent: the secret exists and nobody has put a value into it. */
  value?: string;
}

/**
 * The template's secrets with these values, which belong to the last part of their names. Their
 * ARNs go into `physicals`.
 * @throws for a secret that no value is meant for
 */
export const createSecrets = (
  template: Template,
  physicals: Physicals,
  values: ReadonlyMap<string, string | undefined>,
): readonly LocalSecret[] =>
  resourcesOf(template, 'AWS::SecretsManager::Secret').map(([id, { Name }]) => {
    const name = String(resolve(Name, physicals, `${id}.Name`));
    const short = name.split('/').at(-1) ?? '';
    if (!values.has(short)) throw new Error(`${id}: the local run has no secret ${name}`);
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-local0`;
    physicals.set(id, { ref: arn, attributes: { Id: arn } });
    const value = values.get(short);
    return value === undefined ? { arn, name } : { arn, name, value };
  });

interface Reply {
  readonly status: number;
  readonly body: object;
}

const refusal = (type: string, message: string): Reply => ({
  status: 400,
  body: { __type: type, Message: message },
});

const inputOf = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const input: unknown = JSON.parse(body);
    return isRecord(input) ? input : {};
  } catch {
    return {};
  }
};

const operations = ['GetSecretValue', 'PutSecretValue'];

/**
 * Serves `GetSecretValue` and `PutSecretValue` in Secrets Manager's JSON 1.1 protocol, by ARN or name.
 * What is put lasts as long as the secrets given.
 */
export const serveSecrets = async (
  secrets: readonly LocalSecret[],
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const answer = (target: unknown, body: string): Reply => {
    const operation = operations.find((name) => target === `secretsmanager.${name}`);
    if (operation === undefined) {
      return refusal('UnknownOperationException', `only ${operations.join(', ')} are served here`);
    }
    const { SecretId: id, SecretString: put } = inputOf(body);
    const secret = secrets.find(({ arn, name }) => id === arn || id === name);
    if (!secret) {
      return refusal(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    if (operation === 'PutSecretValue') {
      if (typeof put !== 'string')
        return refusal('InvalidParameterException', 'SecretString must be a text');
      secret.value = put;
    }
    const { arn, name, value } = secret;
    if (value === undefined) {
      const message =
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
      return refusal('ResourceNotFoundException', message);
    }
    return {
      status: 200,
      body: {
        ARN: arn,
        Name: name,
        ...(operation === 'GetSecretValue' && { SecretString: value, CreatedDate: 0 }),
        VersionId: '00000000-0000-0000-0000-000000000000',
        VersionStages: ['AWSCURRENT'],
      },
    };
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const reply = answer(request.headers['x-amz-target'], body);
      response
        .writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(reply.body));
    });
  });
  const url = await listen(server);
  return { url, close: () => closeServer(server) };
};
