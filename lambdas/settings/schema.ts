import * as z from 'zod/mini';

/** What people are told of a setting: on the configuration page and when its value is wrong. */
interface Facts {
  readonly description: string;
  /** Finishes the sentence "it must be …". */
  readonly values: string;
  /** Said when the setting is missing or wrong, where its description is not enough. */
  readonly advice?: string;
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

const logDays = [7, 14, 30, 90, 365] as const;

/**
 * The one schema of all settings. The CDK app, the Lambdas' environments, the local run and
 * `docs/configuration.md` derive from it. Unknown keys are refused, because they are typos.
 */
export const settingsSchema = z.strictObject({
  marketo: z.prefault(
    z.strictObject({
      api: choice(
        ['rest', 'soap'],
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
        endpoint('SOAP endpoint. When absent: `https://<munchkinId>.mktoapi.com/soap/mktows/3_1`.'),
      ),
      munchkinEndpoint: z.optional(
        endpoint('Where web visits go. When absent: `https://<munchkinId>.mktoresp.com`.'),
      ),
      workspace: z.optional(
        text(
          /\S/,
          'a name',
          'Where new leads go, for instances that have several workspaces: over SOAP the workspace, over REST the lead partition.',
        ),
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
  fieldNames: z._default(
    choice(
      ['segment', 'pascal'],
      'How a trait without a standard field is named: `segment` raises the first letter (`second_favorite_color` → `Second_favorite_color`), `pascal` makes `SecondFavoriteColor`.',
    ),
    'segment',
  ),
  fieldMap: z._default(
    described(
      z.record(
        z.string().check(z.minLength(1)),
        z.union([z.string().check(z.minLength(1)), z.literal(false)]),
      ),
      {
        description:
          'Trait → Marketo field, over every other rule; `false` drops the trait. Example: `{"plan": "Plan_Tier", "internalNotes": false}`.',
        values: 'a JSON object of trait names, each with a field name or false',
      },
    ),
    {},
  ),
  nulls: z._default(
    choice(
      ['skip', 'clear'],
      'What a null trait does: `skip` leaves the field as it is, `clear` empties it.',
    ),
    'skip',
  ),
  visitorDomain: z._default(
    text(
      /^[a-z0-9.-]{1,60}$/,
      'a domain in lower case, at most 60 characters',
      'Domain part of the visitor tokens that are derived for visits without a cookie.',
    ),
    'segment',
  ),
  resendUnchangedAfterHours: z._default(
    between(0, 1_440, 'A value that Marketo already got is not sent again within this time.'),
    24,
  ),
  holdDays: z._default(
    between(
      1,
      365,
      'How long the traits of a person without a known e-mail are held; then they become a dead letter.',
    ),
    30,
  ),
  hash: z.prefault(
    z.strictObject({
      classic: z._default(
        flag(
          "Serve the classic client's JSONP path. Open to everybody: any program can ask for any hash.",
        ),
        false,
      ),
      allowedOrigins: z._default(
        described(z.array(origin), {
          description: 'Origins whose pages may call `POST /v1/hash`.',
          values: 'a JSON list of origins like ["https://www.example.com"], without a path',
        }),
        [],
      ),
    }),
    {},
  ),
  throttle: z.prefault(
    z.strictObject({
      requestsPerSecond: z._default(
        wholeFrom(1, 'Steady rate of each route of the HTTP API; above it callers get 429.'),
        500,
      ),
      burst: z._default(wholeFrom(1, 'Burst of each route of the HTTP API.'), 1_000),
    }),
    {},
  ),
  logDays: z._default(
    described(z.literal(logDays), {
      description: 'How many days CloudWatch keeps the logs.',
      values: `one of ${logDays.join(', ')}`,
    }),
    30,
  ),
  stackName: z._default(
    text(
      /^[a-zA-Z][a-zA-Z0-9-]{0,49}$/,
      'letters, digits and dashes, at most 50, beginning with a letter',
      'Name of the CloudFormation stack; begins the names of its queues and secrets. Take another for a second stack in one account.',
    ),
    'marketo-destination',
  ),
  alarmTopicArn: z.optional(
    text(
      /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
      'the ARN of an SNS topic',
      'SNS topic that every alarm notifies. When absent, the alarms only show in CloudWatch.',
    ),
  ),
});

export type Settings = z.infer<typeof settingsSchema>;
