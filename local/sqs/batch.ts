import { SqsError } from './errors.ts';
import { sqsLimits } from './limits.ts';

interface BatchFailure {
  readonly Id: string;
  readonly Code: string;
  readonly Message: string;
  readonly SenderFault: true;
}

interface BatchResult<Done> {
  readonly Successful: readonly Done[];
  readonly Failed: readonly BatchFailure[];
}

const idText = new RegExp(`^[A-Za-z0-9_-]{1,${sqsLimits.batchIdCharacters}}$`);

const checkBatch = (entries: readonly { readonly Id: string }[]): void => {
  if (entries.length === 0)
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > sqsLimits.batchEntries)
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${sqsLimits.batchEntries}. You have sent ${entries.length}.`,
    );
  const ids = new Set(entries.map(({ Id }) => Id));
  if (ids.size < entries.length)
    throw new SqsError('BatchEntryIdsNotDistinct', 'Two or more entries have the same Id.');
  if (entries.some(({ Id }) => !idText.test(Id)))
    throw new SqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
};

/** Runs `one` on every entry in order; an entry that SQS refuses fails alone. */
export const runBatch = <Entry extends { readonly Id: string }, Done>(
  entries: readonly Entry[],
  one: (entry: Entry) => Done,
): BatchResult<Done> => {
  checkBatch(entries);
  const successful: Done[] = [];
  const failed: BatchFailure[] = [];
  for (const entry of entries)
    try {
      successful.push(one(entry));
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { code, message } = error;
      failed.push({ Id: entry.Id, Code: code, Message: message, SenderFault: true });
    }
  return { Successful: successful, Failed: failed };
};
