import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listen } from '../../local/listen.ts';

const account = '123456789012';
const region = 'eu-west-1';

interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
}

const xml = (operation: string, result: string, namespace: string): Reply => ({
  type: 'text/xml',
  body: `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A stack as CloudFormation holds it, from its first change set on. */
interface Stack {
  readonly id: string;
  status: string;
  template: string;
  protected: boolean;
  changeSet?: { readonly name: string; readonly template: string; readonly isNew: boolean };
}

/**
 * CloudFormation, S3, STS and SSM as far as `cdk deploy` asks them, in a bootstrapped account. It
 * creates nothing: a change set is executed at once, and its template becomes the stack's.
 */
export const serveAccount = async () => {
  const calls: string[] = [];
  const objects = new Map<string, string>();
  let uploads: string[] = [];
  const stacks = new Map<string, Stack>();

  const stackOf = (named: string): Stack | undefined =>
    stacks.get(named) ?? [...stacks.values()].find(({ id }) => id === named);

  const cloudFormation = (operation: string, asked: URLSearchParams): Reply => {
    const name = asked.get('StackName') ?? '';
    const stack = stackOf(name);
    const answer = (result: string): Reply =>
      xml(operation, result, 'http://cloudformation.amazonaws.com/doc/2010-05-15/');
    const refused = (message: string, code = 'ValidationError'): Reply => ({
      status: 400,
      type: 'text/xml',
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    });
    if (operation === 'CreateChangeSet') {
      const url = asked.get('TemplateURL') ?? '';
      const template = objects.get(new URL(url).pathname.split('/').at(-1) ?? '') ?? '';
      const isNew = asked.get('ChangeSetType') === 'CREATE';
      const made: Stack = stack ?? {
        id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
        status: 'REVIEW_IN_PROGRESS',
        template: '',
        protected: false,
      };
      made.changeSet = { name: asked.get('ChangeSetName') ?? '', template, isNew };
      stacks.set(name, made);
      return answer(`<Id>${made.id}/changeSet</Id><StackId>${made.id}</StackId>`);
    }
    if (stack === undefined) return refused(`Stack with id ${name} does not exist`);
    switch (operation) {
      case 'DescribeStacks': {
        const { Outputs = {} } = JSON.parse(stack.template || '{}') as {
          readonly Outputs?: Readonly<Record<string, unknown>>;
        };
        const outputs = Object.keys(Outputs)
          .map(
            (key) => `<member><OutputKey>${key}</OutputKey><OutputValue>x</OutputValue></member>`,
          )
          .join('');
        return answer(
          `<Stacks><member><StackId>${stack.id}</StackId><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${stack.status}</StackStatus><EnableTerminationProtection>${String(stack.protected)}</EnableTerminationProtection><Outputs>${outputs}</Outputs></member></Stacks>`,
        );
      }
      case 'GetTemplate':
        return answer(`<TemplateBody>${escaped(stack.template)}</TemplateBody>`);
      case 'DescribeChangeSet':
        if (stack.changeSet === undefined)
          return refused('there is no such change set', 'ChangeSetNotFound');
        return answer(
          `<ChangeSetId>${stack.id}/changeSet</ChangeSetId><ChangeSetName>${stack.changeSet.name}</ChangeSetName><StackId>${stack.id}</StackId><StackName>${name}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Changes/>`,
        );
      case 'ExecuteChangeSet':
        stack.template = stack.changeSet?.template ?? '';
        stack.status = stack.changeSet?.isNew === true ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
        return answer('');
      case 'DescribeStackEvents':
        return answer('<StackEvents/>');
      case 'DescribeEvents':
        return answer('<OperationEvents/>');
      case 'UpdateTerminationProtection':
        stack.protected = asked.get('EnableTerminationProtection') === 'true';
        return answer(`<StackId>${stack.id}</StackId>`);
      case 'DeleteChangeSet':
        delete stack.changeSet;
        return answer('');
      default:
        return refused(`${operation} is not served here`);
    }
  };

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
    return service === 'sts' ? sts(operation, asked) : cloudFormation(operation, asked);
  };

  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { status = 200, type = 'text/plain', body: text = '' } = answer(request, body);
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
