import * as z from 'zod/mini';
import { apiNames } from '../marketo/leadApis.ts';
import type { MappingInput } from '../marketo/mapping/mappingSchema.ts';
import { isObject } from '../segment/json.ts';
import { activitiesSchema, activityParts } from './activitiesSchema.ts';

/** What people are told of a setting: on the configuration page and when its value is wrong. */
interface Facts {
  readonly description: string;
  /** Finishes the sentence "it must be …". */
  readonly values: string;
  /** Said when the setting is missing or wrong, where its description is not enough. */
  readonly advice?: string;
  /** Of a map of entries: what must stand at each key of an entry. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Its variable's text is the value itself, though a file may hold an object. */
  readonly plain?: true;
}

export const facts = z.registry<Facts>();

const described = <S extends z.ZodMiniType>(schema: S, of: Facts): S => {
  facts.add(schema, of);
  return schema;
};

const choice = <const T extends readonly [string, ...string[]]>(
  options: T,
  description: string,
  advice?: string,
) =>
  described(z.enum(options), {
    description,
    values: options.join(' or '),
    ...(advice === undefined ? {} : { advice }),
  });

const text = (pattern: RegExp, values: string, description: string) =>
  described(z.string().check(z.regex(pattern)), { description, values });

const flag = (description: string) =>
  described(z.boolean(), { description, values: 'true or false' });

const between = (least: number, most: number, description: string) =>
  described(z.number().check(z.gte(least), z.lte(most)), {
    description,
    values: `a number from ${least} to ${most}`,
  });

const wholeFrom = (least: number, description: string) =>
  described(z.int().check(z.gte(least)), { description, values: `a whole number from ${least}` });

/** Signatures and visits stay readable on the way unless the address is encrypted or our own. */
const isSafeUrl = (value: string): boolean => {
  const url = URL.parse(value);
  if (url === null) return false;
  // A password in an address would stand in a function's environment.
  if (url.username !== '' || url.password !== '') return false;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local);
};

const endpoint = (description: string) =>
  described(z.string().check(z.refine(isSafeUrl)), {
    description,
    values: 'a URL with https: (or http: on this machine)',
  });

const origin = z.string().check(
  z.refine((value) => {
    const url = URL.parse(value);
    // The CORS library takes `*` for a pattern; an origin here is one site.
    const isOne = url !== null && /^https?:$/.test(url.protocol) && !value.includes('*');
    return isOne && url.origin === value;
  }),
);

const visitsOf = (call: string, what: string) =>
  z._default(
    choice(
      ['all', 'identified', 'none'],
      `${what}: \`all\`, only those with a userId or an e-mail (\`identified\`), or \`none\`. A ${call} that is no visit still updates identity links.`,
    ),
    'all',
  );

/** What CloudWatch Logs offers; 9999 is how CDK says *for ever*. */
const logDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922,
  3_288, 3_653, 9_999,
] as const;

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * The parts of the one schema of all settings, each made when it is asked for: a function that starts
 * waits for its own alone.
 */
const settingParts = {
  marketo: () =>
    z.prefault(
      z.strictObject({
        api: choice(
          apiNames,
          'The lead API to use. No default in a deployment: `rest` is what reaches Marketo today; `soap` is the API that defines this destination, which Adobe removed on 2026-07-31.',
          'Choose it yourself: rest is what reaches Marketo today. soap is the API that defines this destination, but Adobe removed it on 2026-07-31, so it reaches only a server that still speaks it (set marketo.soapEndpoint).',
        ),
        munchkinId: described(
          z
            .string()
            .check(z.regex(/^[A-Za-z0-9]{3}-[A-Za-z0-9]{3}-[A-Za-z0-9]{3}$/), z.toUpperCase()),
          {
            description:
              'Munchkin account id of the Marketo instance (in Marketo: Admin → Munchkin).',
            values: 'a Munchkin id like 561-HYG-937',
          },
        ),
        restEndpoint: z.optional(
          endpoint('REST endpoint. When absent: `https://<munchkinId>.mktorest.com`.'),
        ),
        soapEndpoint: z.optional(
          endpoint(
            'SOAP endpoint. When absent: `https://<munchkinId>.mktoapi.com/soap/mktows/3_1`.',
          ),
        ),
        munchkinEndpoint: z.optional(
          endpoint('Where web visits go. When absent: `https://<munchkinId>.mktoresp.com`.'),
        ),
        workspace: z.optional(
          text(
            /\S/,
            'a name',
            'Where new leads go, for instances that have several workspaces: over SOAP the workspace; over REST the same as `marketo.partition`.',
          ),
        ),
        partition: z.optional(
          text(
            /\S/,
            'a name',
            'Lead partition of new leads; over REST only. A lead that is in another partition already is updated there.',
          ),
        ),
        lookupField: z._default(
          text(
            /^[A-Za-z]\w*$/,
            'the REST name of a field',
            'The field by which Marketo finds a lead, by its REST name: any that Marketo lists as searchable (Describe Lead 2), for example a customer number of your own. Over REST only. It is used until Marketo has told the lead’s id; where no event of the lead has brought the field, the e-mail is. A person without an e-mail is a lead, too, once an identify brings the field.',
          ),
          'email',
        ),
        leads: z._default(
          choice(
            ['createOrUpdate', 'updateOnly', 'createOnly'],
            'What may happen to leads in Marketo; other than `createOrUpdate` over REST only. With `updateOnly`, values of a lead that Marketo does not have end with a `refused` line and the reason; with `createOnly`, values of a lead that it has. Cookies, visits and activities of known leads go on.',
          ),
          'createOrUpdate',
        ),
        deleteLeads: z._default(
          flag(
            'Whether a `delete` of a user also deletes their leads in Marketo: those whose ids are known here, and every lead that has one of their e-mails. Over REST only; the API user needs the permission Read-Write Person. A deleted lead cannot be brought back (docs/privacy.md).',
          ),
          false,
        ),
        bulkImport: z._default(
          flag(
            'Whether a backlog that the day’s calls cannot carry leaves by bulk imports: CSV files, each a job of Marketo’s. Over REST only, with `marketo.leads` `createOrUpdate` (docs/marketo.md). `false`: all leads go by Sync Leads, however long it takes.',
          ),
          true,
        ),
        dailyCalls: z.optional(
          described(z.int().check(z.gte(10)), {
            description:
              'The most API calls a day; other integrations share Marketo’s quota. When absent: 80 % of what Marketo grants by default, 40,000 over REST and 8,000 over SOAP.',
            values: 'a whole number from 10',
          }),
        ),
      }),
      {} as never,
    ),
  fieldNames: () =>
    z._default(
      choice(
        ['segment', 'pascal'],
        'How a field is called, in reports, that a trait means and Marketo does not have (docs/mapping.md): `segment` raises the first letter (`second_favorite_color` → `Second_favorite_color`), `pascal` makes `SecondFavoriteColor`.',
      ),
      'segment',
    ),
  mapping: () =>
    z.optional(
      described(z.union([z.string().check(z.minLength(1)), z.custom<MappingInput>(isObject)]), {
        description:
          'The mapping file: what traits and events become in Marketo (docs/mapping.md). Its path starts at the folder of the settings file. When absent: `mapping.json` beside the settings file, if there is one.',
        values: 'the path of a mapping file',
        plain: true,
      }),
    ),
  fieldMap: () =>
    z._default(
      described(
        z.record(
          z.string().check(z.minLength(1)),
          z.union([z.string().check(z.minLength(1)), z.literal(false)]),
        ),
        {
          description:
            'Moved to the mapping file (docs/mapping.md); counts for this version only. Trait → Marketo field, over every other rule; `false` drops the trait. Example: `{"plan": "Plan_Tier", "internalNotes": false}`.',
          values: 'a JSON object of trait names, each with a field name or false',
        },
      ),
      {},
    ),
  serverFields: () =>
    z._default(
      described(z.array(z.string().check(z.regex(/\S/), z.maxLength(255))), {
        description:
          'Marketo fields that only server keys may write, whatever their case, spaces and underscores. What a browser key says of them is dropped, and the log says so. Example: `["LeadScore", "Plan_Tier"]`.',
        values: 'a JSON list of field names like ["LeadScore"]',
      }),
      [],
    ),
  fieldPolicies: () =>
    z._default(
      described(
        z.record(z.string().check(z.minLength(1)), z.enum(['always', 'changed', 'create'])),
        {
          description:
            'Moved to the mapping file (docs/mapping.md); counts for this version only. When the values of a field go out. `always`: an unchanged value goes again after `resendUnchangedAfterHours`. `changed`: only where the source’s value changed, so that a repeated event never overwrites what a person or another system set in Marketo. `create`: only with the call that makes the lead in Marketo. Default: `changed` for fields of consent, sales and origin (docs/mapping.md lists them), `always` for all others. Example: `{"LeadScore": "always", "LeadSource": "create"}`.',
          values: 'a JSON object of Marketo field names, each with always, changed or create',
        },
      ),
      {},
    ),
  unknownFields: () =>
    z._default(
      choice(
        ['skip', 'fail'],
        'Moved to the mapping file (docs/mapping.md); counts for this version only. What a field does that Marketo does not have: `skip` leaves it out and sends the rest, `fail` sends nothing of that update and makes it a dead letter.',
      ),
      'skip',
    ),
  nulls: () =>
    z._default(
      choice(
        ['skip', 'clear'],
        'What a null trait does: `skip` leaves the field as it is, `clear` empties it.',
      ),
      'skip',
    ),
  activities: () =>
    z._default(
      described(activitiesSchema, {
        description:
          'Moved to the mapping file, as rules (docs/mapping.md); counts for this version only. Tracks that become custom activities instead of visits, by the name of their event; over REST only. `typeId` is Marketo’s id of the activity type, `primary` the property that fills its primary attribute, `attributes` says which properties fill the others, `visit: true` sends a visit besides. Example: `{"Order Completed": {"typeId": 100001, "primary": "orderId", "attributes": {"total": "revenue"}}}`.',
        values:
          'a JSON object of event names, each with {"typeId", "primary"} and, where wanted, "attributes" and "visit"',
        parts: activityParts,
      }),
      {},
    ),
  events: () =>
    z._default(
      choice(
        ['all', 'mapped', 'none'],
        'Moved to the mapping file (docs/mapping.md); counts for this version only. Which tracks go to Marketo: `all`, only those that `activities` names (`mapped`), or `none`. A track that does not go still tells whose its keys are.',
      ),
      'all',
    ),
  audiences: () =>
    z._default(
      choice(
        ['all', 'servers', 'none'],
        'What an audience of Segment Engage does whose event names a static list (`context.personas.external_audience_id`): `all` adds people to that list and removes them, `servers` only where a server key says so, `none` nothing: the audience’s true or false is a trait like any other then. Over REST only.',
      ),
      'all',
    ),
  visits: () =>
    z.prefault(
      z.strictObject({
        page: visitsOf('page', 'Which page calls are visits'),
        track: visitsOf(
          'track',
          'Which tracks are visits, of those that `events` and `activities` let become visits',
        ),
      }),
      {},
    ),
  webhook: () =>
    z.prefault(
      z.strictObject({
        keyHeader: z.optional(
          text(
            /^[a-z0-9][a-z0-9-]{0,63}$/,
            'a header name in lower case like x-api-key',
            'Header in which a sender that signs nothing may put a webhook key of the ingest secret, besides the path `/v1/webhook/<key>`. When absent: the path only.',
          ),
        ),
      }),
      {},
    ),
  consent: () =>
    z.prefault(
      z.strictObject({
        categories: z._default(
          described(z.array(z.string().check(z.regex(/\S/), z.maxLength(100))), {
            description:
              'Consent categories that an event needs, as your consent manager names them: an event goes to Marketo only where `context.consent.categoryPreferences` has `true` for each. Empty: consent is not checked.',
            values: 'a JSON list of category names like ["Advertising"]',
          }),
          [],
        ),
        whenAbsent: z._default(
          choice(
            ['send', 'drop'],
            'What an event does that does not say whether one of `consent.categories` is granted, as events of your servers do: `send` takes it for granted, `drop` for refused.',
          ),
          'drop',
        ),
      }),
      {},
    ),
  visitorDomain: () =>
    z._default(
      text(
        /^[a-z0-9.-]{1,60}$/,
        'a domain in lower case, at most 60 characters',
        'Domain part of the visitor tokens that are derived for visits without a cookie.',
      ),
      'segment',
    ),
  emailChange: () =>
    z._default(
      choice(
        ['rename', 'newLead'],
        'What an event does that names a new e-mail for a known userId (or, without a userId, for a known cookie): `rename` updates the lead in Marketo by its id, with all its history; `newLead` makes another lead. An e-mail that another lead has already always means that lead.',
      ),
      'rename',
    ),
  duplicates: () =>
    z._default(
      choice(
        ['newest', 'oldest', 'refuse'],
        'Which lead is updated where several in Marketo have the same e-mail: the one that was changed last (`newest`), or made first (`oldest`). It stays the same one from then on. `refuse` updates none and makes a dead letter. Over REST only: over SOAP, Marketo chooses.',
      ),
      'newest',
    ),
  resendUnchangedAfterHours: () =>
    z._default(
      between(0, 1_440, 'A value that Marketo already got is not sent again within this time.'),
      24,
    ),
  holdDays: () =>
    z._default(
      between(
        1,
        365,
        'How long the traits of a person without a known e-mail are held; then they become a dead letter.',
      ),
      30,
    ),
  hash: () =>
    z.prefault(
      z
        .strictObject({
          access: z._default(
            choice(
              ['token', 'origins'],
              'Who gets a hash from `POST /v1/hash`: `token` takes only a token that the site’s own back end made for one e-mail; `origins` also lets the pages of `hash.allowedOrigins` ask for any e-mail, which stops other pages and no programs.',
            ),
            'token',
          ),
          classic: z._default(
            flag(
              "Serve the classic client's JSONP path. Open to everybody: any program can ask for any hash.",
            ),
            false,
          ),
          allowedOrigins: z._default(
            described(z.array(origin), {
              description:
                'Origins whose pages may read what `POST /v1/hash` answers. Empty: with `hash.access: token` every page may, since the token decides; `origins` needs at least one.',
              values: 'a JSON list of origins like ["https://www.example.com"], without a path',
            }),
            [],
          ),
        })
        .check(
          z.refine(
            ({ access, allowedOrigins }) => access === 'token' || allowedOrigins.length > 0,
            {
              path: ['allowedOrigins'],
            },
          ),
        ),
      {},
    ),
  lambdaDestination: () =>
    z.prefault(
      z.strictObject({
        externalIds: z._default(
          described(z.array(z.string().check(z.regex(/^[\w+=,.@:/-]{2,1224}$/))), {
            description:
              'External ids under which Segment’s AWS Lambda destination may invoke ingest: its setting External ID, which is the source’s id or the workspace’s unless you chose another. When there are any, the stack has a role for Segment.',
            values:
              'a JSON list of external ids like ["kWm2vXyZ"], each of 2 to 1,224 letters, digits and _+=,.@:/-',
          }),
          [],
        ),
        principalArn: z._default(
          text(
            /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/,
            'the ARN of an AWS account, a role or a user like arn:aws:iam::123456789012:root',
            'Who may assume that role: the AWS account that Segment documents for its AWS Lambda destination.',
          ),
          'arn:aws:iam::595280932656:root',
        ),
        kind: z._default(
          choice(
            ['browser', 'server'],
            'What the events of that role count as: `server` where all sources behind it keep their write key secret. A source whose key stands in pages is a `browser`: everybody can send through it.',
          ),
          'browser',
        ),
        mayDelete: z._default(
          flag(
            'Whether a direct invocation of ingest may delete users. Without it, it may do what a write key may.',
          ),
          false,
        ),
      }),
      {},
    ),
  browserScript: () =>
    z.prefault(
      z.strictObject({
        serve: z._default(
          flag(
            'Serve the script for browsers: a private bucket and a CloudFront distribution, whose addresses the outputs name. Say `false` if you serve it yourself or have no use for it.',
          ),
          true,
        ),
        domain: z.optional(
          text(
            hostName,
            'a host name in lower case like marketo.example.com',
            'Host name of your own for the script, with `browserScript.certificateArn`; point it at the distribution that the outputs name. When absent: a name of CloudFront’s.',
          ),
        ),
        certificateArn: z.optional(
          text(
            /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
            'the ARN of a certificate of ACM in us-east-1, the only region that CloudFront takes them from',
            'Certificate for `browserScript.domain`. With it nothing below TLS 1.2 is spoken, which CloudFront’s own certificate cannot be told.',
          ),
        ),
      }),
      {},
    ),
  console: () =>
    z.prefault(
      z.strictObject({
        serve: z._default(
          flag(
            'Serve the console from the stack, behind a sign-in of Amazon Cognito (docs/console.md). Users come by invitation, into the groups `viewer` and `operator`. Its address is the output `ConsoleUrl`.',
          ),
          false,
        ),
        domain: z.optional(
          text(
            hostName,
            'a host name in lower case like console.example.com',
            'Host name of your own for the console, with `console.certificateArn`; point it at the distribution that the outputs name. When absent: a name of CloudFront’s.',
          ),
        ),
        certificateArn: z.optional(
          text(
            /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
            'the ARN of a certificate of ACM in us-east-1, the only region that CloudFront takes them from',
            'Certificate for `console.domain`.',
          ),
        ),
        signInPrefix: z.optional(
          text(
            /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
            'lower-case letters, digits and dashes, at most 63, without aws, amazon and cognito',
            'Begins the address of the sign-in pages, which is unique in a region. When absent: the name of the stack and the number of the account.',
          ),
        ),
        personalData: z._default(
          choice(
            ['shown', 'reveal', 'hidden'],
            'What viewers see of people on the served console: e-mails, userIds, names, values and bodies. `shown`: everything, bodies at a press. `reveal`: each person and each event at a press, which is logged with who pressed. `hidden`: nothing. Operators see everything.',
          ),
          'shown',
        ),
        userPoolId: z.optional(
          text(
            /^[a-z0-9-]+_[0-9a-zA-Z]+$/,
            'the id of a user pool like eu-west-1_Ab12Cd34E',
            'A user pool that you have, with `console.signInDomain`; it needs the groups `viewer` and `operator`. When absent, the stack makes one.',
          ),
        ),
        signInDomain: z.optional(
          text(
            hostName,
            'a host name in lower case like example.auth.eu-west-1.amazoncognito.com',
            'Host name of the sign-in pages of that user pool.',
          ),
        ),
        identityProviders: z._default(
          described(z.array(z.string().check(z.regex(/^[\w.-]{1,32}$/))), {
            description:
              'By which identity providers of that user pool one may sign in; `COGNITO` stands for its own users.',
            values: 'a JSON list of names like ["COGNITO", "Okta"]',
          }),
          ['COGNITO'],
        ),
        samlMetadataUrl: z.optional(
          endpoint(
            'Sign in with your SAML identity provider: the address of its metadata. Users still need a place in a group.',
          ),
        ),
        oidcIssuer: z.optional(
          endpoint(
            'Sign in with your OpenID Connect provider: its issuer, with `console.oidcClientId` and `console.oidcSecretName`.',
          ),
        ),
        oidcClientId: z.optional(
          text(/^\S{1,256}$/, 'a client id', 'Client id that the provider has given the console.'),
        ),
        oidcSecretName: z.optional(
          text(
            /^[\w/+=.@-]{1,512}$/,
            'the name of a secret of Secrets Manager',
            'Secret with the client secret of the provider: its text, and nothing else.',
          ),
        ),
      }),
      {},
    ),
  domain: () =>
    z.prefault(
      z.strictObject({
        name: z.optional(
          text(
            hostName,
            'a host name in lower case like events.example.com',
            'Host name of your own for the API, so that a new stack keeps the address that SDKs have. It needs `domain.certificateArn`, or a hosted zone through which a certificate can be validated.',
          ),
        ),
        certificateArn: z.optional(
          text(
            /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
            'the ARN of a certificate of ACM in the stack’s region',
            'Certificate for `domain.name`. When absent, the stack creates one and validates it through the hosted zone.',
          ),
        ),
        hostedZoneId: z.optional(
          text(
            /^Z[A-Z0-9]{1,31}$/,
            'the id of a hosted zone of Route 53 like Z0123456789ABCDEFGHIJ',
            'Hosted zone of Route 53 that gets the record for `domain.name`, with `domain.hostedZoneName`. When absent, point the name at the output `ApiDomainTarget` yourself.',
          ),
        ),
        hostedZoneName: z.optional(
          text(hostName, 'a domain in lower case like example.com', 'Name of that hosted zone.'),
        ),
        truststoreUri: z.optional(
          text(
            /^s3:\/\/[a-z0-9.-]{3,63}\/[\w!.*'()/-]+$/,
            'the address of a PEM file in S3 like s3://my-bucket/authorities.pem',
            'Mutual TLS: only clients with a certificate of these authorities may connect, and the address that AWS gives the API is closed. Browsers cannot connect then.',
          ),
        ),
      }),
      {},
    ),
  throttle: () =>
    z.prefault(
      z.strictObject({
        requestsPerSecond: z._default(
          wholeFrom(1, 'Steady rate of each route of the HTTP API; above it callers get 429.'),
          500,
        ),
        burst: z._default(wholeFrom(1, 'Burst of each route of the HTTP API.'), 1_000),
        hashRequestsPerSecond: z._default(
          wholeFrom(
            1,
            'Steady rate of each route of the hash API, which a page calls once per identify.',
          ),
          20,
        ),
        hashBurst: z._default(wholeFrom(1, 'Burst of each route of the hash API.'), 40),
      }),
      {},
    ),
  history: () =>
    z.prefault(
      z.strictObject({
        days: z._default(
          described(z.int().check(z.gte(0), z.lte(400)), {
            description:
              'How many days the console knows what became of each event: type, name, source, person, steps, reasons and calls. 0: no history is kept, nothing is paid for it, and the console has the mailboxes and dead letters alone.',
            values: 'a whole number from 0 to 400',
          }),
          30,
        ),
        payloads: z._default(
          flag(
            'Whether the history also has bodies: the event as it came in, what went to Marketo of its lead, and what Marketo answered. The table is encrypted with a key of its own then (docs/security.md).',
          ),
          false,
        ),
      }),
      {},
    ),
  logDays: () =>
    z._default(
      described(z.literal(logDays), {
        description: 'How many days CloudWatch keeps the logs; 9999 is for ever.',
        values: `one of ${logDays.join(', ')}`,
      }),
      30,
    ),
  stackName: () =>
    z._default(
      text(
        /^[a-zA-Z][a-zA-Z0-9-]{0,49}$/,
        'letters, digits and dashes, at most 50, beginning with a letter',
        'Name of the CloudFormation stack; begins the names of its queues and secrets. Take another for a second stack in one account.',
      ),
      'marketo-destination',
    ),
  removal: () =>
    z._default(
      choice(
        ['retain', 'destroy'],
        'What becomes of the queues, the tables and the secrets when the stack is deleted: `retain` keeps them, with every accepted event (docs/teardown.md), and protects the stack from termination; `destroy` deletes them. For stacks to try things with.',
      ),
      'retain',
    ),
  alarmTopicArn: () =>
    z.optional(
      text(
        /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
        'the ARN of an SNS topic',
        'SNS topic that every alarm notifies, and again when it is over. When absent, the stack makes an encrypted one.',
      ),
    ),
  sourceSilentHours: () =>
    z._default(
      described(
        z.record(
          z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
          z.int().check(z.gte(1), z.lte(24)),
        ),
        {
          description:
            'An alarm for each source that should never be silent: the name of the source in the ingest secret, and after how many hours without an event it rings. Example: `{"crm": 6}`.',
          values: 'a JSON object of source names, each with a whole number of hours from 1 to 24',
        },
      ),
      {},
    ),
  alarmEmail: () =>
    z.optional(
      text(
        /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
        'an e-mail address',
        'Gets a mail of every alarm, once its owner has confirmed the subscription that SNS mails to it. When absent, nobody is subscribed: do that at the topic, which the outputs name.',
      ),
    ),
};

type Parts = { readonly [K in keyof typeof settingParts]: ReturnType<(typeof settingParts)[K]> };

/** These parts, or all of them. */
export const partsOf = (keys: readonly string[] = Object.keys(settingParts)): z.core.$ZodShape =>
  Object.fromEntries(
    Object.entries(settingParts)
      .filter(([key]) => keys.includes(key))
      .map(([key, make]) => [key, make()]),
  );

const makeSchema = () => z.strictObject(partsOf() as Parts);

let made: ReturnType<typeof makeSchema> | undefined;

/**
 * The one schema of all settings. The CDK app, the Lambdas' environments, the local run and
 * `docs/configuration.md` derive from it. Unknown keys are refused, because they are typos.
 */
export const settingsSchema = (): ReturnType<typeof makeSchema> => (made ??= makeSchema());

export type Settings = z.infer<ReturnType<typeof settingsSchema>>;

/** Settings as they are written: what has a default may be left out. */
export type SettingsInput = z.input<ReturnType<typeof settingsSchema>>;
