/** The clients and commands that absorb uses, and nothing else. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';

export const clients = [DynamoDBDocumentClient.from(new DynamoDBClient()), new SQSClient()];
export const commands = [BatchGetCommand, PutCommand, QueryCommand, SendMessageBatchCommand];
