import { Stack, Validations } from 'aws-cdk-lib';
import { Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

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

const secretNameOf = ({ stackName }: Stack, id: string): string =>
  `${stackName}/${id.toLowerCase()}`;

/** The three secrets, each read by one function only. */
export class Secrets extends Construct {
  /** `{"writeKey": …}`, generated. */
  readonly ingest: Secret;
  /** Blank credentials of both APIs; the user fills in those of the one they chose. */
  readonly marketo: Secret;
  /** `{"munchkinPrivateKey": ""}`, for the user to fill in. */
  readonly hash: Secret;

  /** Their names, as people type them. */
  readonly names: Readonly<Record<'ingest' | 'marketo' | 'hash', string>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = (secret: string): string => secretNameOf(Stack.of(this), secret);
    this.names = { ingest: name('ingest'), marketo: name('marketo'), hash: name('hash') };
    this.ingest = this.secret(
      'Ingest',
      'Write key of the senders (writeKey).',
      { secretStringTemplate: '{}', generateStringKey: 'writeKey', excludePunctuation: true },
      'Senders hold the write key; replacing it without them would refuse their events.',
    );
    this.marketo = this.secret(
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
    this.hash = this.secret(
      'Hash',
      'Private key of Munchkin: fill in munchkinPrivateKey.',
      blanks({ munchkinPrivateKey: '' }),
      'Marketo issues this key, and only a person can renew it there.',
    );
  }

  private secret(
    id: string,
    description: string,
    generateSecretString: SecretStringGenerator,
    whyNotRotated: string,
  ): Secret {
    const secret = new Secret(this, id, {
      secretName: secretNameOf(Stack.of(this), id),
      description,
      generateSecretString,
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
    return secret;
  }
}
