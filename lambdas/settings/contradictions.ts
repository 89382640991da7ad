import type { Problem } from './problems.ts';
import type { Settings } from './schema.ts';

const ofActivities = ({ marketo, activities }: Settings): readonly Problem[] =>
  marketo.api === 'soap' && Object.keys(activities).length > 0
    ? [
        {
          setting: 'activities',
          variable: 'ACTIVITIES',
          wrong:
            'activities (ACTIVITIES) has entries, but marketo.api (MARKETO_API) is soap, and Marketo’s SOAP API takes no custom activities.',
          remedy: 'Set marketo.api to rest, or remove the entries: tracks then go out as visits.',
        },
      ]
    : [];

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

/** Settings that are good each by itself, but not together. */
export const contradictions = (settings: Settings): readonly Problem[] => [
  ...ofActivities(settings),
  ...ofBrowserScript(settings),
  ...ofDomain(settings),
];
