import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { LocalRun } from '../../local/run.ts';

const counts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;

/** How many messages each queue holds, whether or not they can be seen, by the end of its name. */
export const backlogOf = async ({
  queues: { client, urls },
}: Pick<LocalRun, 'queues'>): Promise<Readonly<Record<'events' | 'due' | 'dead', number>>> => {
  const countOf = async (suffix: string): Promise<number> => {
    const [, QueueUrl] = [...urls].find(([name]) => name.endsWith(suffix)) ?? [];
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
    );
    return counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  };
  return {
    events: await countOf('-events.fifo'),
    due: await countOf('-due'),
    dead: await countOf('-events-dead.fifo'),
  };
};
