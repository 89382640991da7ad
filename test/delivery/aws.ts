import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listen } from '../../local/listen.ts';
import { createCloudFormation } from './cloudFormation.ts';
import { account, escaped, region, xml, type Reply } from './place.ts';
import { createResources } from './resources.ts';

/**
 * CloudFormation, S3, STS and SSM as far as `cdk` asks them, in a bootstrapped account, and SQS,
 * Secrets Manager and DynamoDB as far as `adopt` does. It creates nothing but names.
 */
export const serveAccount = async () => {
  const calls: string[] = [];
  const objects = new Map<string, string>();
  let uploads: string[] = [];
  const resources = createResources();
  const { stacks, handle } = createCloudFormation(objects, resources);

  const sts = (operation: string, asked: URLSearchParams): Reply =>
    xml(
      operation,
      operation === 'GetCallerIdentity'
        ? `<Arn>arn:aws:iam::${account}:user/ci</Arn><UserId>AIDA</UserId><Account>${account}</Account>`
        : `<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:cdk</AssumedRoleId><Arn>${escaped(asked.get('RoleArn') ?? '')}</Arn></AssumedRoleUser>`,
      'https://sts.amazonaws.com/doc/2011-06-15/',
    );

  const s3 = (method: string, url: URL, body: Buffer): Reply => {
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    if (method === 'PUT') {
      objects.set(key, body.toString('utf8'));
      uploads.push(key);
      return {};
    }
    if (url.searchParams.has('encryption'))
      return {
        type: 'application/xml',
        body: '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
      };
    if (url.searchParams.has('location'))
      return {
        type: 'application/xml',
        body: `<LocationConstraint>${region}</LocationConstraint>`,
      };
    if (url.searchParams.has('list-type')) {
      const prefix = url.searchParams.get('prefix') ?? '';
      const found = [...objects.keys()].filter((name) => name.startsWith(prefix));
      return {
        type: 'application/xml',
        body: `<ListBucketResult><KeyCount>${found.length}</KeyCount>${found
          // CDK sends an archive again that looks empty.
          .map(
            (name) =>
              `<Contents><Key>${name}</Key><Size>${objects.get(name)?.length ?? 0}</Size></Contents>`,
          )
          .join('')}</ListBucketResult>`,
      };
    }
    return { status: 404 };
  };

  /** What a call is and to what, without what changes with every build. */
  const nameOf = (service: string, operation: string, subject: string): string =>
    `${service} ${operation} ${subject}`.replace(/[0-9a-f]{64}/g, '<hash>').trimEnd();

  const answer = (request: IncomingMessage, body: Buffer): Reply => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const service = /\/([a-z0-9-]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1];
    if (service === 'ssm') {
      const { Name = '' } = JSON.parse(body.toString()) as { readonly Name?: string };
      calls.push(nameOf('ssm', String(request.headers['x-amz-target']).split('.')[1] ?? '', Name));
      return {
        type: 'application/x-amz-json-1.1',
        body: JSON.stringify({ Parameter: { Name, Type: 'String', Value: '30', Version: 1 } }),
      };
    }
    if (service === 'sqs' || service === 'secretsmanager' || service === 'dynamodb') {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      calls.push(nameOf(service, operation, ''));
      return resources.answer(operation, JSON.parse(body.toString()) as Record<string, unknown>);
    }
    if (service === 's3') {
      const [sub = ''] = [...url.searchParams.keys()].filter((one) =>
        ['encryption', 'location', 'list-type'].includes(one),
      );
      const of = url.searchParams.get('prefix') ?? url.pathname;
      calls.push(nameOf('s3', `${request.method ?? ''}${sub && ` ${sub}`}`, of));
      return s3(request.method ?? '', url, body);
    }
    const asked = new URLSearchParams(body.toString());
    const operation = asked.get('Action') ?? '';
    const subject = asked.get('RoleArn') ?? asked.get('StackName') ?? '';
    calls.push(
      nameOf(service ?? '?', operation, subject.replace(/^arn:aws:cloudformation.*/, '<stack>')),
    );
    return service === 'sts' ? sts(operation, asked) : handle(operation, asked);
  };

  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) => answer(request, body))
      .catch((error: unknown): Reply => ({ status: 500, body: String(error) }))
      .then(({ status = 200, type = 'text/plain', body: text = '' }) => {
        response.writeHead(status, { 'content-type': type }).end(text);
      });
  });
  const url = await listen(server);
  return {
    /** Takes the calls so far: equal ones in a row, which wait for something, count as one. */
    takeCalls: (): readonly string[] =>
      calls.splice(0).filter((call, index, all) => call !== all[index - 1]),
    /** Takes the names of what was uploaded so far. */
    takeUploads: (): readonly string[] => {
      const taken = uploads;
      uploads = [];
      return taken;
    },
    stacks,
    /** Names of the queues, tables and secrets that there are. */
    names: resources.names,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CI: 'true',
    },
    close: () => closeServer(server),
  };
};
