import { leadApis } from '../marketo/leadApis.ts';
import { variableOf } from './variableName.ts';
import type { Problem } from './problems.ts';
import type { Settings } from './settingsSchema.ts';

const ofActivities = ({ marketo, activities }: Settings): readonly Problem[] =>
  !leadApis[marketo.api].hasRelations && Object.keys(activities).length > 0
    ? [
        {
          setting: 'activities',
          variable: 'ACTIVITIES',
          wrong: `activities (ACTIVITIES) has entries, but marketo.api (MARKETO_API) is ${marketo.api}, and Marketo’s ${leadApis[marketo.api].label} API takes no custom activities.`,
          remedy: 'Set marketo.api to rest, or remove the entries: tracks then go out as visits.',
        },
      ]
    : [];

/** Settings of REST's Sync Leads, for an API that knows nothing of them. */
const ofOtherApis = ({ marketo, duplicates }: Settings): readonly Problem[] => {
  const { api, partition, lookupField, leads, deleteLeads } = marketo;
  if (leadApis[api].hasLeadOptions) return [];
  const problem = (setting: string, variable: string, remedy: string): Problem => ({
    setting,
    variable,
    wrong: `${setting} (${variable}) is set, but marketo.api (MARKETO_API) is ${api}, and only Marketo’s REST API can do this.`,
    remedy: `Set marketo.api to rest, or ${remedy}.`,
  });
  return [
    ...(partition === undefined
      ? []
      : [problem('marketo.partition', 'MARKETO_PARTITION', 'use marketo.workspace instead')]),
    ...(lookupField === 'email'
      ? []
      : [problem('marketo.lookupField', 'MARKETO_LOOKUP_FIELD', 'remove the setting')]),
    ...(leads === 'createOrUpdate'
      ? []
      : [problem('marketo.leads', 'MARKETO_LEADS', 'remove the setting')]),
    ...(deleteLeads
      ? [problem('marketo.deleteLeads', 'MARKETO_DELETE_LEADS', 'delete leads by hand')]
      : []),
    ...(duplicates === 'newest' ? [] : [problem('duplicates', 'DUPLICATES', 'remove the setting')]),
  ];
};

/** What Marketo's Sync Leads does not take together. */
const ofRest = ({ marketo }: Settings): readonly Problem[] => {
  const { api, workspace, partition, lookupField, leads } = marketo;
  if (!leadApis[api].hasLeadOptions) return [];
  const named = partition === undefined ? 'workspace' : 'partition';
  const of = {
    partition: { setting: 'marketo.partition', variable: 'MARKETO_PARTITION' },
    workspace: { setting: 'marketo.workspace', variable: 'MARKETO_WORKSPACE' },
    lookupField: { setting: 'marketo.lookupField', variable: 'MARKETO_LOOKUP_FIELD' },
  };
  return [
    ...(partition !== undefined && workspace !== undefined && partition !== workspace
      ? [
          {
            ...of.partition,
            wrong:
              'marketo.partition (MARKETO_PARTITION) and marketo.workspace (MARKETO_WORKSPACE) are set to different names, and over REST both name the partition of new leads.',
            remedy: 'Remove marketo.workspace.',
          },
        ]
      : []),
    ...(leads === 'updateOnly' && (partition ?? workspace) !== undefined
      ? [
          {
            ...of[named],
            wrong: `marketo.${named} says where new leads go, but marketo.leads (MARKETO_LEADS) is updateOnly, which makes none.`,
            remedy: `Remove marketo.${named}, or set marketo.leads to createOrUpdate.`,
          },
        ]
      : []),
    ...(leads === 'createOnly' && lookupField !== 'email'
      ? [
          {
            ...of.lookupField,
            wrong:
              'marketo.lookupField (MARKETO_LOOKUP_FIELD) says how a lead is found, but marketo.leads (MARKETO_LEADS) is createOnly, for which Marketo uses no lookup field.',
            remedy: 'Remove marketo.lookupField, or set marketo.leads to createOrUpdate.',
          },
        ]
      : []),
    ...(['id', 'cookies'].includes(lookupField)
      ? [
          {
            ...of.lookupField,
            wrong: `marketo.lookupField (MARKETO_LOOKUP_FIELD) is ${lookupField}, which no event brings as a field.`,
            remedy:
              'Name a field that your events fill. Marketo’s ids and cookies are used by themselves.',
          },
        ]
      : []),
  ];
};

const ofBrowserScript = ({ browserScript }: Settings): readonly Problem[] => {
  const { domain, certificateArn } = browserScript;
  if ((domain === undefined) === (certificateArn === undefined)) return [];
  const isThere = domain === undefined ? 'certificateArn' : 'domain';
  return [
    {
      setting: `browserScript.${isThere}`,
      variable: domain === undefined ? 'BROWSER_SCRIPT_CERTIFICATE_ARN' : 'BROWSER_SCRIPT_DOMAIN',
      wrong: `browserScript.${isThere} is set without browserScript.${domain === undefined ? 'domain' : 'certificateArn'}.`,
      remedy:
        'Give both browserScript.domain (BROWSER_SCRIPT_DOMAIN) and browserScript.certificateArn (BROWSER_SCRIPT_CERTIFICATE_ARN), or neither.',
    },
  ];
};

/** Settings of the console that go together, and what they are good for. */
const ofConsole = ({ console }: Settings): readonly Problem[] => {
  const problem = (key: string, wrong: string, remedy: string): Problem => ({
    setting: `console.${key}`,
    variable: variableOf(`console.${key}`),
    wrong,
    remedy,
  });
  const together = (...keys: readonly (keyof typeof console)[]): readonly Problem[] => {
    const given = keys.filter((key) => console[key] !== undefined);
    const [first] = given;
    if (first === undefined || given.length === keys.length) return [];
    const missing = keys.filter((key) => console[key] === undefined);
    return [
      problem(
        first,
        `console.${first} is set without console.${missing.join(' and console.')}.`,
        `Give ${keys.map((key) => `console.${key}`).join(', ')} together, or none of them.`,
      ),
    ];
  };
  const providers = (['samlMetadataUrl', 'oidcIssuer'] as const).filter((key) => console[key]);
  const [provider, another] = providers;
  return [
    ...together('domain', 'certificateArn'),
    ...together('userPoolId', 'signInDomain'),
    ...together('oidcIssuer', 'oidcClientId', 'oidcSecretName'),
    ...(another === undefined
      ? []
      : [
          problem(
            another,
            'console.samlMetadataUrl and console.oidcIssuer are both set.',
            'Keep the provider that your users have.',
          ),
        ]),
    ...(provider !== undefined && console.userPoolId !== undefined
      ? [
          problem(
            provider,
            `console.${provider} is set, but console.userPoolId names a user pool that has its providers already.`,
            'Name them in console.identityProviders, or leave console.userPoolId out.',
          ),
        ]
      : []),
  ];
};

const ofDomain = ({ domain }: Settings): readonly Problem[] => {
  const { name, certificateArn, hostedZoneId, hostedZoneName } = domain;
  const given = Object.entries(domain).filter(([, value]) => value !== undefined);
  const problem = (wrong: string, remedy: string): Problem => ({
    setting: 'domain.name',
    variable: 'DOMAIN_NAME',
    wrong,
    remedy,
  });
  if (name === undefined)
    return given.length === 0
      ? []
      : [
          problem(
            `domain.${given.map(([key]) => key).join(', domain.')} is set without domain.name.`,
            'Give domain.name (DOMAIN_NAME), or remove the other settings of this group.',
          ),
        ];
  if ((hostedZoneId === undefined) !== (hostedZoneName === undefined))
    return [
      problem(
        'Of domain.hostedZoneId and domain.hostedZoneName only one is set.',
        'Give both (DOMAIN_HOSTED_ZONE_ID and DOMAIN_HOSTED_ZONE_NAME), or neither.',
      ),
    ];
  if (
    hostedZoneName !== undefined &&
    name !== hostedZoneName &&
    !name.endsWith(`.${hostedZoneName}`)
  )
    return [
      problem(
        'domain.name is not a name within domain.hostedZoneName.',
        'Give the hosted zone that holds the name, or leave both settings of the zone out.',
      ),
    ];
  return certificateArn === undefined && hostedZoneId === undefined
    ? [
        problem(
          'domain.name has no certificate.',
          'Give domain.certificateArn (DOMAIN_CERTIFICATE_ARN), or domain.hostedZoneId and domain.hostedZoneName, through which the stack validates a certificate of its own.',
        ),
      ]
    : [];
};

/** What Marketo shows under Admin → Web Services ends in /rest, which the client adds itself. */
const ofEndpoints = ({ marketo }: Settings): readonly Problem[] => {
  const ending = /\/(rest|identity|bulk)\/?$/.exec(marketo.restEndpoint ?? '')?.[1];
  if (ending === undefined) return [];
  return [
    {
      setting: 'marketo.restEndpoint',
      variable: 'MARKETO_REST_ENDPOINT',
      wrong: `marketo.restEndpoint (MARKETO_REST_ENDPOINT) ends in /${ending}, which is added to it for each call.`,
      remedy: `Remove /${ending}: like https://561-HYG-937.mktorest.com.`,
    },
  ];
};

/** Settings that are good each by itself, but not together. */
export const contradictions = (settings: Settings): readonly Problem[] => [
  ...ofActivities(settings),
  ...ofEndpoints(settings),
  ...ofOtherApis(settings),
  ...ofRest(settings),
  ...ofBrowserScript(settings),
  ...ofDomain(settings),
  ...ofConsole(settings),
];
