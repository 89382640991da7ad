import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { emptyMapping } from '../../../lambdas/marketo/mapping/mapping.ts';
import { createMapping } from '../../../operations/deployed/mapping.ts';
import { clientOf } from '../../aws/scripted.ts';
import { serveLambda } from './aws/lambda.ts';

it('the mapping of a deployed function is the one in its code; without one it maps nothing', async () => {
  const mapping = { ...emptyMapping, fieldMap: { plan: 'Plan_Tier' } };
  const made = { variables: {}, logGroup: 'logs' };
  const lambda = await serveLambda(
    new Map<string, { variables: Record<string, string>; logGroup: string; mapping?: object }>([
      ['absorb', { ...made, mapping }],
      ['older', made],
    ]),
  );
  const client = new LambdaClient(clientOf(lambda.url));
  onTestFinished(async () => {
    client.destroy();
    await lambda.close();
  });
  expect(await createMapping(client, 'absorb')()).toEqual(mapping);
  expect(await createMapping(client, 'older')()).toEqual(emptyMapping);
  await expect(createMapping(client, 'gone')()).rejects.toThrow();
});
