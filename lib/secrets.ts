import { Validations } from 'aws-cdk-lib';
import { type ISecret, Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledgeNist } from './acknowledge.ts';
import type { DestinationContext } from './context.ts';

/**
 * A JSON object of blanks to fill in. Secrets Manager fills a template only by adding one generated
 * key; CloudFormation writes a new value only when this template changes, so **changing it erases
 * what the user filled in**: a new key goes into the documentation, not into the template.
 */
const blanks = (template: Readonly<Record<string, string>>): SecretStringGenerator => ({
  secretStringTemplate: JSON.stringify(template),
  generateStringKey: 'unused',
  excludePunctuation: true,
});

/** Secrets that are there already, in the place of those that would be created. */
export interface ExistingSecrets {
  /** JSON with `writeKey` and, where wanted, `deleteKey` and `webhookSecret`. */
  readonly ingest?: ISecret;
  /** JSON with `restClientId` and `restClientSecret`, or `soapUserId` and `soapEncryptionKey`. */
  readonly marketo?: ISecret;
  /** JSON with `munchkinPrivateKey` and, where wanted, `hashTokenSecret`. */
  readonly hash?: ISecret;
}

interface SecretsProps {
  readonly context: DestinationContext;
  readonly existing: ExistingSecrets;
}

/** The three secrets, each read by one function only. */
export class Secrets extends Construct {
  /** `{"writeKey": …}`, generated. */
  readonly ingest: ISecret;
  /** Blank credentials of both APIs; the user fills in those of the one they chose. */
  readonly marketo: ISecret;
  /** `{"munchkinPrivateKey": ""}`, for the user to fill in. */
  readonly hash: ISecret;

  /** Their names, as people type them. */
  readonly names: Readonly<Record<'ingest' | 'marketo' | 'hash', string>>;

  readonly #context: DestinationContext;

  constructor(scope: Construct, id: string, { context, existing }: SecretsProps) {
    super(scope, id);
    this.#context = context;
    const nameOf = (id: keyof ExistingSecrets): string =>
      existing[id]?.secretName ?? `${context.name}/${id}`;
    this.names = { ingest: nameOf('ingest'), marketo: nameOf('marketo'), hash: nameOf('hash') };
    this.ingest =
      existing.ingest ??
      this.#made(
        'Ingest',
        'Write key of the senders (writeKey).',
        { secretStringTemplate: '{}', generateStringKey: 'writeKey', excludePunctuation: true },
        'Senders hold the write key; replacing it without them would refuse their events.',
      );
    this.marketo =
      existing.marketo ??
      this.#made(
        'Marketo',
        'Credentials of the Marketo API: restClientId and restClientSecret, or soapUserId and soapEncryptionKey.',
        blanks({
          restClientId: '',
          restClientSecret: '',
          soapUserId: '',
          soapEncryptionKey: '',
        }),
        'Marketo issues these credentials, and only a person can renew them there.',
      );
    this.hash =
      existing.hash ??
      this.#made(
        'Hash',
        'Private key of Munchkin: fill in munchkinPrivateKey.',
        blanks({ munchkinPrivateKey: '' }),
        'Marketo issues this key, and only a person can renew it there.',
      );
  }

  #made(
    id: string,
    description: string,
    generateSecretString: SecretStringGenerator,
    whyNotRotated: string,
  ): ISecret {
    const { name, keys, dataRemoval } = this.#context;
    const secret = new Secret(this, id, {
      secretName: `${name}/${id.toLowerCase()}`,
      description,
      generateSecretString,
      removalPolicy: dataRemoval,
      ...(keys.secrets && { encryptionKey: keys.secrets }),
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
    acknowledgeNist(secret, {
      SecretsManagerRotationEnabled: whyNotRotated,
      SecretsManagerUsingKMSKey:
        'AWS’s key for Secrets Manager encrypts it. `encryptionKeys.secrets` gives it another key.',
    });
    // The interface says of an optional property that it is never undefined; the class does not.
    return secret as ISecret;
  }
}
