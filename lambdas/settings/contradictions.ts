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

/** Settings that are good each by itself, but not together. */
export const contradictions = (settings: Settings): readonly Problem[] => [
  ...ofActivities(settings),
  ...ofBrowserScript(settings),
];
