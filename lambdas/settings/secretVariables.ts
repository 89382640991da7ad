/**
 * Secrets are no settings: deployed they live in Secrets Manager, and only the run on one machine
 * takes them from these variables. Each names the secret and the key of its JSON.
 */
export const secretVariables = {
  WRITE_KEYS: {
    secret: 'ingest',
    key: 'writeKey',
    description: 'Write keys that senders may use, separated by commas.',
  },
  MARKETO_REST_CLIENT_ID: {
    secret: 'marketo',
    key: 'restClientId',
    description: 'Client id of the REST API (in Marketo: Admin → LaunchPoint, View Details).',
  },
  MARKETO_REST_CLIENT_SECRET: {
    secret: 'marketo',
    key: 'restClientSecret',
    description: 'Client secret of the REST API, beside its client id.',
  },
  MARKETO_SOAP_USER_ID: {
    secret: 'marketo',
    key: 'soapUserId',
    description: 'User id of the SOAP API (in Marketo: Admin → Integration → SOAP API).',
  },
  MARKETO_SOAP_ENCRYPTION_KEY: {
    secret: 'marketo',
    key: 'soapEncryptionKey',
    description: 'Encryption key of the SOAP API. Not the private key of Munchkin.',
  },
  MUNCHKIN_PRIVATE_KEY: {
    secret: 'hash',
    key: 'munchkinPrivateKey',
    description:
      'Private key that Munchkin’s associateLead is signed with (in Marketo: Admin → Munchkin).',
  },
} as const;
