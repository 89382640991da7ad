/**
 * Secrets are no settings: deployed they live in Secrets Manager, and only the run on one machine
 * takes them from these variables. Each names the secret and the key of its JSON.
 */
export const secretVariables = {
  WRITE_KEYS: {
    secret: 'ingest',
    key: 'writeKey',
    description:
      'Write keys that pages and apps may hold (`browser` keys), separated by commas. Everybody can read them there.',
  },
  SERVER_KEYS: {
    secret: 'ingest',
    key: 'serverKey',
    description:
      'Write keys that stand on servers alone (`server` keys), separated by commas: no browser key can change whose a userId or an e-mail is that one of these has linked.',
  },
  DELETE_KEYS: {
    secret: 'ingest',
    key: 'deleteKey',
    description:
      'Write keys with which users may be deleted, too, separated by commas; for senders that keep them secret, such as the destination function.',
  },
  WEBHOOK_SECRETS: {
    secret: 'ingest',
    key: 'webhookSecret',
    description:
      'Shared secrets of Segment’s webhooks, separated by commas. Without one, `POST /v1/webhook` is closed.',
  },
  WEBHOOK_KEYS: {
    secret: 'ingest',
    key: 'webhookKey',
    description:
      'Keys of webhook senders that sign nothing, separated by commas; each long and random, in letters and digits. Without one, `POST /v1/webhook/<key>` is closed.',
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
  HASH_TOKEN_SECRETS: {
    secret: 'hash',
    key: 'hashTokenSecret',
    description:
      'Secrets that the site’s back end signs hash tokens with, separated by commas, each with at least 32 characters. Without one, `POST /v1/hash` takes no token.',
  },
} as const;
