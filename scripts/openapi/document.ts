import * as z from 'zod';
import { version } from '../../lambdas/version.ts';
import { routes, type RequestKind } from '../../lambdas/ingest/routes.ts';
import { bodyOf, schemas } from './schemas.ts';

type Name = keyof typeof schemas;

const ref = (name: Name) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: Name) => ({ 'application/json': { schema: ref(name) } });
const refusal = (description: string) => ({ description, content: json('Refused') });
const later = (description: string) => ({
  ...refusal(description),
  headers: {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  },
});

/** What calls answer, by name. */
const responses = {
  Accepted: {
    description:
      'Everything that was accepted is on the queue; `errors` lists the events of a batch that were not.',
    content: json('Accepted'),
  },
  Invalid: refusal('Malformed JSON, or an event that says too little.'),
  Unauthorized: refusal('Not a key, or not a signature, of this endpoint.'),
  Closed: refusal('Webhooks are closed.'),
  TooLarge: refusal('An event, or the body, is too large.'),
  Later: later('Not safe on the queue: send it again.'),
  Hash: { description: 'SHA1 of the private key and the e-mail.', content: json('Hash') },
  HashRefused: refusal('One answer for every refusal.'),
} as const;

const response = (name: keyof typeof responses) => ({ $ref: `#/components/responses/${name}` });

const keys = ['basic', 'bearer', 'writeKey'] as const;

const summaries: Readonly<Record<Exclude<RequestKind, 'metrics' | 'description'>, string>> = {
  identify: 'Who somebody is, and traits of theirs',
  track: 'What somebody did',
  page: 'A page that somebody saw',
  screen: 'Accepted and dropped',
  group: 'Accepted and dropped',
  alias: 'Accepted and dropped',
  delete: 'Deletes a user',
  batch: 'Up to 2,500 events of any kind',
  webhook: 'Segment’s webhooks',
};

const tracking = (path: string, way: Exclude<RequestKind, 'metrics' | 'description'>) => ({
  operationId: path.slice(1).replaceAll('/', '_'),
  summary: summaries[way],
  ...(way === 'webhook'
    ? { security: [{ signature: [] }] }
    : { security: keys.map((key) => ({ [key]: [] })) }),
  requestBody: {
    required: true,
    content:
      way === 'webhook' ? { 'application/json': { schema: {} } } : json(bodyOf[way] ?? 'Batch'),
  },
  responses: {
    200: response('Accepted'),
    400: response('Invalid'),
    401: response('Unauthorized'),
    ...(way === 'webhook' && { 404: response('Closed') }),
    413: response('TooLarge'),
    429: response('Later'),
    503: response('Later'),
  },
});

const hash = {
  operationId: 'v1_hash',
  summary: 'The hash that Munchkin’s associateLead needs',
  security: [],
  requestBody: { required: true, content: json('HashRequest') },
  responses: { 200: response('Hash'), 403: response('HashRefused'), 503: response('Later') },
};

const description = {
  operationId: 'v1_openapi',
  summary: 'This description',
  security: [],
  responses: {
    200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: {} } } },
  },
};

const metrics = {
  operationId: 'v1_m',
  summary: 'What analytics.js measures of itself: answered, and not read',
  security: [],
  responses: { 200: response('Accepted') },
};

const pathItem = (path: string, way: RequestKind) => {
  if (way === 'description') return { get: description };
  return { post: way === 'metrics' ? metrics : tracking(path, way) };
};

const schemaOf = (schema: z.ZodType): object => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  // OpenAPI 3.1 takes the dialect of this version of JSON Schema without being told.
  if ($schema !== 'https://json-schema.org/draft/2020-12/schema')
    throw new Error(`schemas of an unknown dialect: ${String($schema)}`);
  return rest;
};

/** OpenAPI 3.1, from the table of routes and the schemas. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Marketo destination',
    version,
    description: 'Takes events in Segment’s format, and signs e-mails for Munchkin.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: 'http://localhost:8787', description: '`npm start`' }],
  paths: {
    ...Object.fromEntries([...routes].map(([path, way]) => [path, pathItem(path, way)])),
    '/v1/hash': { post: hash },
  },
  components: {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, schemaOf(schema)]),
    ),
    responses,
    securitySchemes: {
      basic: { type: 'http', scheme: 'basic', description: 'The write key as the user.' },
      bearer: { type: 'http', scheme: 'bearer', description: 'The write key.' },
      writeKey: { type: 'apiKey', in: 'header', name: 'X-Write-Key' },
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Signature',
        description: 'HMAC-SHA1 of the body under the shared secret.',
      },
    },
  },
});
