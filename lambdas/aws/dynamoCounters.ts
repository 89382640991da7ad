import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { errorName } from '../errorName.ts';
import type { Counters } from '../sync/counters.ts';

interface CountersOptions {
  readonly client: DynamoDBClient;
  /** A table with the partition key `pk` and the TTL attribute `expiresAt`. */
  readonly tableName: string;
}

/**
 * The SDK retries what it recognizes as passing trouble, although the write may have been done; an
 * error that it does not recognize ends the try.
 */
const withoutRetry = (command: UpdateCommand): UpdateCommand => {
  command.middlewareStack.add(
    (next) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        throw new Error(`DynamoDB may or may not have written: ${errorName(error)}`);
      }
    },
    // The document client puts a command's middleware in twice.
    { step: 'finalizeRequest', priority: 'low', name: 'withoutRetry', override: true },
  );
  return command;
};

/**
 * Counters in the leads table, one item each. Rejects with the SDK's error when DynamoDB cannot be
 * used. An `add` is retried by the SDK, so it may count twice, and then refuse what it counted.
 */
export const createCounters = ({ client, tableName }: CountersOptions): Counters => {
  const documents = DynamoDBDocumentClient.from(client);
  return {
    add: async (pk, amount, { most: max, expiresAt }) => {
      // No counter yet counts as 0, which the condition alone would not compare.
      if (amount > max) return false;
      try {
        await documents.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { pk },
            UpdateExpression: 'ADD #used :amount SET expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(#used) OR #used <= :before',
            ExpressionAttributeNames: { '#used': 'used' },
            ExpressionAttributeValues: {
              ':amount': amount,
              ':before': max - amount,
              // Seconds, as DynamoDB's TTL wants it.
              ':expiresAt': Math.ceil(expiresAt / 1_000),
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    giveBack: async (pk, amount) => {
      await documents.send(
        withoutRetry(
          new UpdateCommand({
            TableName: tableName,
            Key: { pk },
            UpdateExpression: 'ADD #used :less',
            // A counter that has gone, or counts less, was not the one that was added to.
            ConditionExpression: '#used >= :amount',
            ExpressionAttributeNames: { '#used': 'used' },
            ExpressionAttributeValues: { ':less': -amount, ':amount': amount },
          }),
        ),
      );
    },

    used: async (pk) => {
      const answer = await documents.send(
        new GetCommand({ TableName: tableName, Key: { pk }, ConsistentRead: true }),
      );
      return (answer.Item as { readonly used: number } | undefined)?.used ?? 0;
    },
  };
};
