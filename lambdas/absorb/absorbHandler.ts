import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamoClient } from '../aws/clients.ts';
import { bundledMapping } from '../aws/bundledMapping.ts';
import { batchResponse, endOf } from '../aws/invocation.ts';
import { historyOf } from '../aws/history.ts';
import { absorbTiming, historyTiming } from '../limits.ts';
import { createObserver } from '../observer.ts';
import { handedSettings } from '../settings/handed.ts';
import { composeAbsorb } from './composeAbsorb.ts';
import { pipelinePorts } from './pipelinePorts.ts';

const settings = handedSettings('absorb', process.env);
const mapping = bundledMapping(process.env);
const client = createDynamoClient();
const history = historyOf(settings.history, client, historyTiming.absorbWriteMs);
const observer = createObserver('absorb', history);
const absorb = observer.each(
  composeAbsorb(
    {
      ...pipelinePorts(observer, { ...settings, ...mapping }, client),
      ...(history && { history: history.writer, notes: observer.notes }),
    },
    {
      ...settings,
      ...mapping,
      lookupField: settings.marketo.lookupField,
    },
  ),
);

/** Lambda on `events.fifo`: reports the messages that are not safe yet. */
export const handler = async (
  { Records }: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> => {
  const records = Records.map(({ messageId, body, attributes }) => ({
    id: messageId,
    group: attributes.MessageGroupId ?? messageId,
    body,
  }));
  return batchResponse(await absorb(records, endOf(context, absorbTiming.visitReserveMs)));
};
