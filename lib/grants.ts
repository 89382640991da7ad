import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Grant } from './function.ts';

/** To read and write what a customer-managed key encrypts; nothing where AWS's own key does. */
export const useKey = (key: IKey | undefined): readonly Grant[] =>
  key === undefined
    ? []
    : [
        {
          actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
          resources: [key.keyArn],
        },
      ];

/** Secrets Manager ends an ARN with six characters, which a secret imported by its name lacks. */
export const readSecret = ({
  secretArn,
  secretFullArn = `${secretArn}-??????`,
  encryptionKey,
}: ISecret): readonly Grant[] => [
  { actions: ['secretsmanager:GetSecretValue'], resources: [secretFullArn] },
  ...(encryptionKey ? [{ actions: ['kms:Decrypt'], resources: [encryptionKey.keyArn] }] : []),
];
