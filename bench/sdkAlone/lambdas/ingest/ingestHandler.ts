/** The clients and commands that ingest uses, and nothing else: what its bundle cannot go below. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

export const clients = [new SQSClient(), new SecretsManagerClient()];
export const commands = [SendMessageBatchCommand, GetSecretValueCommand];
