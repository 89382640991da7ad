/** The clients and commands that sync uses, and nothing else. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

export const clients = [
  DynamoDBDocumentClient.from(new DynamoDBClient()),
  new SQSClient(),
  new SecretsManagerClient(),
];
export const commands = [
  BatchGetCommand,
  GetCommand,
  GetSecretValueCommand,
  PutCommand,
  QueryCommand,
  SendMessageBatchCommand,
  UpdateCommand,
];
