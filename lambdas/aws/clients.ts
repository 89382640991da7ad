import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsTiming } from '../limits.ts';

/** A socket that hangs is given up and the request tried again, while the function still has time. */
const requestHandler = {
  connectionTimeout: awsTiming.connectTimeoutMs,
  requestTimeout: awsTiming.requestTimeoutMs,
  throwOnRequestTimeout: true,
};

/** The functions' clients; region, credentials and endpoints come from the function's environment. */
export const createDynamoClient = (): DynamoDBClient => new DynamoDBClient({ requestHandler });
export const createSqsClient = (requestTimeoutMs?: number): SQSClient =>
  new SQSClient({
    requestHandler: {
      ...requestHandler,
      ...(requestTimeoutMs && { requestTimeout: requestTimeoutMs }),
    },
  });
