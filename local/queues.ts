import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { resolve, resourcesOf, type Physicals, type Template } from './template.ts';

/** Properties of a queue's resource that are no attributes of the queue. */
const notAttributes = new Set(['QueueName', 'Tags']);
/** An existing queue takes no other value for these. */
const fixedAttributes = new Set(['FifoQueue']);

const attributesOf = (properties: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !notAttributes.has(name))
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

/** Makes the queue, or gives the kept one of an earlier run the attributes of today. */
const create = async (
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> => {
  try {
    const made = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    return made.QueueUrl ?? '';
  } catch (error) {
    if (!(error instanceof QueueNameExists)) throw error;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const changeable = Object.entries(attributes).filter(([key]) => !fixedAttributes.has(key));
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: Object.fromEntries(changeable) }),
    );
    return QueueUrl ?? '';
  }
};

/**
 * Creates the template's queues, dead letters first, with the attributes of their resources. Their
 * URLs and ARNs go into `physicals`.
 * @returns name → URL
 */
export const createQueues = async (
  template: Template,
  physicals: Physicals,
  sqs: SQSClient,
): Promise<ReadonlyMap<string, string>> => {
  const urls = new Map<string, string>();
  const resources = resourcesOf(template, 'AWS::SQS::Queue');
  const deadLettersFirst = [
    ...resources.filter(([, properties]) => !('RedrivePolicy' in properties)),
    ...resources.filter(([, properties]) => 'RedrivePolicy' in properties),
  ];
  for (const [id, written] of deadLettersFirst) {
    const properties = resolve(written, physicals, id) as Record<string, unknown>;
    const suffix = properties['FifoQueue'] === true ? '.fifo' : '';
    const name = (properties['QueueName'] as string | undefined) ?? `${id}${suffix}`;
    const url = await create(sqs, name, attributesOf(properties));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    const arn = Attributes?.QueueArn ?? '';
    physicals.set(id, { ref: url, attributes: { Arn: arn, QueueName: name } });
    urls.set(name, url);
  }
  return urls;
};
