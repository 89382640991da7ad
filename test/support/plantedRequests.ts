import fc from 'fast-check';
import { paths } from '../../lambdas/ingest/routes.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { addressForms, planted } from './addresses.ts';

/** A text that holds the address in some form, or nobody's. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(addressForms)) },
  { weight: 1, arbitrary: fc.constantFrom('plan', 'Second Color', 'u-17', '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((some) => `${some}${planted}`) },
);

const value = fc.oneof(text, fc.constantFrom(null, 7, true, [planted], { [planted]: planted }));
const object = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(text, value, { maxKeys: 4 }) },
  { weight: 1, arbitrary: value },
);

/** The keys of a message, good ones and such as no message has. */
const message = fc.record(
  {
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('identify', 'track', 'page', 'group', 'delete') },
      { weight: 1, arbitrary: text },
    ),
    messageId: value,
    userId: value,
    anonymousId: value,
    event: value,
    name: value,
    traits: object,
    properties: object,
    context: fc.oneof(object, fc.record({ traits: object, Marketo: object, consent: object })),
    integrations: fc.oneof(object, fc.record({ Marketo: object })),
    timestamp: value,
    sentAt: value,
    originalTimestamp: value,
    [planted]: value,
  },
  { requiredKeys: ['type'] },
);

/** A good identify whose trait names and values hold the address: it goes all the way. */
export const plantedIdentify = fc.record({
  type: fc.constant('identify'),
  messageId: text,
  userId: text,
  traits: fc.dictionary(text, fc.oneof(text, fc.constantFrom(7, true, { a: planted })), {
    minKeys: 1,
    maxKeys: 3,
  }),
});

const bodyOf = fc.oneof(
  { weight: 5, arbitrary: message },
  {
    weight: 5,
    arbitrary: fc.record({ batch: fc.array(message, { maxLength: 4 }), context: object }),
  },
  { weight: 1, arbitrary: fc.record({ batch: value, writeKey: text }) },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ email: text, token: text }) },
);

interface Given {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  readonly query: string;
}

/** A request with addresses in its path, its query, its headers and everywhere in its body. */
export const plantedRequest = (authorization: string): fc.Arbitrary<Given> =>
  fc.record({
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...paths, '/v1/hash') },
      {
        weight: 1,
        arbitrary: text.map((some) => `/integrations/marketo/v1/project/${some}/hash`),
      },
      { weight: 1, arbitrary: text.map((some) => `/v1/${some}`) },
    ),
    method: fc.oneof(
      { weight: 12, arbitrary: fc.constant('POST') },
      { weight: 1, arbitrary: fc.constantFrom('GET', 'OPTIONS') },
      { weight: 1, arbitrary: text },
    ),
    headers: fc.oneof(
      { weight: 6, arbitrary: fc.constant({ authorization }) },
      {
        weight: 1,
        arbitrary: fc.dictionary(
          fc.constantFrom('authorization', 'x-signature', 'origin', 'user-agent', 'referer'),
          text,
        ),
      },
    ),
    body: fc.oneof(
      { weight: 12, arbitrary: bodyOf.map((body) => JSON.stringify(body)) },
      { weight: 1, arbitrary: bodyOf.map((body) => JSON.stringify(body).slice(0, -1)) },
      { weight: 1, arbitrary: text },
    ),
    isBase64Encoded: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.boolean() },
    ),
    query: text,
  });

/** The request as API Gateway hands it to a function. */
export const eventOf = ({ path, method, query, ...more }: Given): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: query,
  queryStringParameters: { callback: query, email: query },
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'api.example.com',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: query },
    requestId: 'request',
    routeKey: `${method} ${path}`,
    stage: '$default',
    time: '01/Mar/2026:12:00:00 +0000',
    timeEpoch: 1_772_366_400_000,
  },
  ...more,
  headers: { ...more.headers },
});
