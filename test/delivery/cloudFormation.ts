import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { account, escaped, region, xml, type Reply } from './place.ts';
import { type createResources, identifiers, resourcesIn } from './resources.ts';

/** CDK's own parser: it writes the template of an import in YAML. */
const { parse } = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json'))(
  'yaml',
) as { readonly parse: (text: string) => unknown };

interface ChangeSet {
  readonly name: string;
  readonly template: string;
  /** CREATE, UPDATE or IMPORT. */
  readonly type: string;
}

/** A stack as CloudFormation holds it, from its first change set on. */
interface Stack {
  readonly id: string;
  readonly name: string;
  status: string;
  template: string;
  protected: boolean;
  changeSet?: ChangeSet;
}

const answer = (operation: string, result: string): Reply =>
  xml(operation, result, 'http://cloudformation.amazonaws.com/doc/2010-05-15/');

const refused = (message: string, code = 'ValidationError'): Reply => ({
  status: 400,
  type: 'text/xml',
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

/** `ResourcesToImport` of a request, by logical id. */
const importedIn = (asked: URLSearchParams) => {
  const at = (index: number, rest: string): string =>
    asked.get(`ResourcesToImport.member.${index}.${rest}`) ?? '';
  const imported = new Map<
    string,
    { readonly type: string; readonly identifier: Readonly<Record<string, string>> }
  >();
  for (let index = 1; at(index, 'LogicalResourceId') !== ''; index += 1) {
    const entry = (part: string): string => at(index, `ResourceIdentifier.entry.1.${part}`);
    imported.set(at(index, 'LogicalResourceId'), {
      type: at(index, 'ResourceType'),
      identifier: { [entry('key')]: entry('value') },
    });
  }
  return imported;
};

const outputsOf = (template: string): string => {
  const { Outputs = {} } = JSON.parse(template || '{}') as { readonly Outputs?: object };
  return Object.keys(Outputs)
    .map((key) => `<member><OutputKey>${key}</OutputKey><OutputValue>x</OutputValue></member>`)
    .join('');
};

const done: Readonly<Record<string, string>> = {
  CREATE: 'CREATE_COMPLETE',
  UPDATE: 'UPDATE_COMPLETE',
  IMPORT: 'IMPORT_COMPLETE',
};

/** CloudFormation as far as `cdk` asks it. A change set is executed at once, and its template becomes the stack's. */
export const createCloudFormation = (
  objects: ReadonlyMap<string, string>,
  resources: ReturnType<typeof createResources>,
) => {
  const stacks = new Map<string, Stack>();
  const stackOf = (named: string): Stack | undefined =>
    stacks.get(named) ?? [...stacks.values()].find(({ id }) => id === named);
  /** Always as JSON. */
  const templateOf = (asked: URLSearchParams): string => {
    const text =
      asked.get('TemplateBody') ??
      objects.get(new URL(asked.get('TemplateURL') ?? '').pathname.split('/').at(-1) ?? '') ??
      '{}';
    return text.startsWith('{') ? text : JSON.stringify(parse(text));
  };

  const createChangeSet = (name: string, asked: URLSearchParams): Reply => {
    const type = asked.get('ChangeSetType') ?? '';
    const stack = stackOf(name) ?? {
      name,
      id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
      status: 'REVIEW_IN_PROGRESS',
      template: '',
      protected: false,
    };
    const template = templateOf(asked);
    const complaint =
      type === 'IMPORT' && resources.refuseImport(stack.template, template, importedIn(asked));
    if (complaint) return refused(complaint);
    stack.changeSet = { name: asked.get('ChangeSetName') ?? '', template, type };
    stacks.set(stack.name, stack);
    return answer(
      'CreateChangeSet',
      `<Id>${stack.id}/changeSet</Id><StackId>${stack.id}</StackId>`,
    );
  };

  const execute = (stack: Stack): void => {
    const { template = '', type = '' } = stack.changeSet ?? {};
    delete stack.changeSet;
    const taken =
      type === 'IMPORT' ? undefined : resources.update(stack.name, stack.template, template);
    if (taken !== undefined) {
      stack.status = type === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
      return;
    }
    stack.template = template;
    stack.status = done[type] ?? '';
  };

  const handle = (operation: string, asked: URLSearchParams): Reply => {
    const name = asked.get('StackName') ?? '';
    if (operation === 'CreateChangeSet') return createChangeSet(name, asked);
    if (operation === 'GetTemplateSummary') {
      const types = new Set(Object.values(resourcesIn(templateOf(asked))).map(({ Type }) => Type));
      const members = [...types].map((type) => {
        const by = identifiers[type] === undefined ? '' : `<member>${identifiers[type]}</member>`;
        return `<member><ResourceType>${type}</ResourceType><ResourceIdentifiers>${by}</ResourceIdentifiers></member>`;
      });
      return answer(
        operation,
        `<ResourceIdentifierSummaries>${members.join('')}</ResourceIdentifierSummaries>`,
      );
    }
    const stack = stackOf(name);
    if (stack === undefined) return refused(`Stack with id ${name} does not exist`);
    switch (operation) {
      case 'DescribeStacks':
        return answer(
          operation,
          `<Stacks><member><StackId>${stack.id}</StackId><StackName>${stack.name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${stack.status}</StackStatus><EnableTerminationProtection>${String(stack.protected)}</EnableTerminationProtection><Outputs>${outputsOf(stack.template)}</Outputs></member></Stacks>`,
        );
      case 'GetTemplate':
        return answer(operation, `<TemplateBody>${escaped(stack.template)}</TemplateBody>`);
      case 'DescribeChangeSet':
        if (stack.changeSet === undefined)
          return refused('there is no such change set', 'ChangeSetNotFound');
        return answer(
          operation,
          `<ChangeSetId>${stack.id}/changeSet</ChangeSetId><ChangeSetName>${stack.changeSet.name}</ChangeSetName><StackId>${stack.id}</StackId><StackName>${stack.name}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Changes/>`,
        );
      case 'ExecuteChangeSet':
        execute(stack);
        return answer(operation, '');
      case 'DescribeStackEvents':
        return answer(operation, '<StackEvents/>');
      case 'DescribeEvents':
        return answer(operation, '<OperationEvents/>');
      case 'UpdateTerminationProtection':
        stack.protected = asked.get('EnableTerminationProtection') === 'true';
        return answer(operation, `<StackId>${stack.id}</StackId>`);
      case 'DeleteChangeSet':
        delete stack.changeSet;
        return answer(operation, '');
      case 'DeleteStack':
        if (stack.protected)
          return refused(
            `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
          );
        resources.remove(stack.name, stack.template);
        stacks.delete(stack.name);
        return answer(operation, '');
      default:
        return refused(`${operation} is not served here`);
    }
  };

  return { stacks, handle };
};
