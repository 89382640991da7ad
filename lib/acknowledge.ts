import { Stack, Validations } from 'aws-cdk-lib';
import { AwsCustomResource } from 'aws-cdk-lib/custom-resources';
import type { IConstruct } from 'constructs';

/**
 * Says why a construct departs from rules of cdk-nag's packs for NIST 800-53, revisions 4 and 5.
 * @param reasons by the rule's name without its pack, like `LambdaInsideVPC`
 */
export const acknowledgeNist = (
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void => {
  for (const [rule, reason] of Object.entries(reasons))
    for (const revision of ['R4', 'R5'])
      Validations.of(construct).acknowledge({ id: `NIST.800.53.${revision}-${rule}`, reason });
};

/** For every role of ours. */
export const inlinePolicy = {
  IAMNoInlinePolicy:
    'Each policy names the resources of one function and is of no use to another role, so it goes with its role.',
} as const;

/** For every function of ours. */
export const lambda = {
  LambdaInsideVPC:
    'It reaches AWS and Marketo through their public endpoints over TLS, and nothing inside a VPC. `syncNetwork` puts sync, which calls Marketo, into one.',
  LambdaConcurrency:
    'The routes of the API and the event source mappings have limits of their own; reserved concurrency would take it from the account’s other functions.',
  LambdaDLQ:
    'It is invoked synchronously or from queues, which have dead-letter queues or carry nothing that is not in the table; a lost schedule comes again within a minute.',
} as const;

/** The function that CDK adds to a stack for `AwsCustomResource`. Apps share it within a stack. */
export const acknowledgeCustomResources = (scope: IConstruct): void => {
  const id = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;
  const provider = Stack.of(scope).node.tryFindChild(id);
  if (provider === undefined)
    throw new Error('CDK names the function of custom resources otherwise than it did');
  const reason = 'CloudFormation invokes it during a deployment, and waits for its answer.';
  acknowledgeNist(provider, {
    LambdaInsideVPC: reason,
    LambdaConcurrency: reason,
    LambdaDLQ: reason,
  });
};
