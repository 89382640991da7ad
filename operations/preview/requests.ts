import type { NormalizedEvent } from '../../lambdas/lead/normalizedEvent.ts';
import { partedPartition } from '../../lambdas/lead/partition.ts';
import { isLeadField, targetOf } from '../../lambdas/lead/relations.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';
import { apiNames, leadApis, type Api } from '../../lambdas/marketo/leadApis.ts';
import { visitQuery } from '../../lambdas/marketo/munchkin/wire.ts';
import { activitiesBody, activityText } from '../../lambdas/marketo/rest/addActivities.ts';
import { associatePath } from '../../lambdas/marketo/rest/associate.ts';
import { defaultRules } from '../../lambdas/marketo/rest/leadRules.ts';
import { groupOf, rowOf } from '../../lambdas/marketo/rest/relations/kinds.ts';
import { lookupOf, recordText, upsertBody } from '../../lambdas/marketo/rest/record.ts';
import { syncRequest } from '../../lambdas/marketo/soap/params.ts';
import type { Update, Visit } from '../../lambdas/marketo/marketoTypes.ts';
import type { PreviewSettings } from './settings.ts';
import type { PreviewedRequest } from './types.ts';

interface Going {
  readonly normalized: NormalizedEvent;
  readonly visit: Omit<Visit, 'token'> | undefined;
  readonly email: string | undefined;
}

/** Stands for the id that Marketo will tell: no lead has it. */
const someId = 0;

/** A lead whose e-mail the event does not say. */
const someEmail = 'the-linked-lead@example.invalid';

type RequestOfOneApi = Omit<PreviewedRequest, 'over'>;

const json = (what: string, body: string | undefined): RequestOfOneApi => ({
  what,
  ...(body !== undefined && { body: JSON.parse(body) as unknown }),
});

const soapRequest = (update: Update, munchkinId: string): RequestOfOneApi => {
  const { operation, params } = syncRequest([update], munchkinId);
  return { what: operation, body: params };
};

/** One request for each group of relations, as a call makes them. */
const relationRequests = ({ incoming, company }: NormalizedEvent): readonly RequestOfOneApi[] => {
  const goingOf = (registers: NormalizedEvent['incoming'], whose: { readonly company?: string }) =>
    registers.flatMap(({ name, value }) => {
      const target = targetOf(name);
      return target === undefined ? [] : [{ id: someId, ...whose, name, target, value }];
    });
  const going = [
    ...(company ? goingOf(company.incoming, { company: company.id }) : []),
    ...goingOf(incoming, {}),
  ];
  return [...Map.groupBy(going, (one) => groupOf(one)?.group).values()].flatMap(
    ([first, ...others]) => {
      if (first === undefined) return [];
      const { method, path, body } = rowOf([first]).request([first, ...others]);
      return [json(`${method} ${path}`, body === undefined ? undefined : String(body))];
    },
  );
};

/** The requests that an event alone would lead to, over both lead APIs. Pure. */
export const requestsOf = (
  { normalized, visit, email }: Going,
  { marketo }: Pick<PreviewSettings, 'marketo'>,
): readonly PreviewedRequest[] => {
  const record = normalized.incoming.filter(({ name }) => isLeadField(name));
  const { fields, partition: own } = partedPartition(record);
  const { activity, cookieToken: cookie } = normalized;
  const { lookup } = normalized.keys;
  const update: Update = {
    lead: '' as LeadId,
    email: email ?? (lookup === undefined ? someEmail : ''),
    ...(lookup !== undefined && { lookupValue: lookup.text }),
    fields: fields.map(({ name, value }) => ({ name, value })),
    ...(cookie !== undefined && { cookie }),
  };
  const { lookupField, leads, workspace, partition = workspace } = marketo;
  const rules = { ...defaultRules, lookupField, leads, partition: own ?? partition };
  const by = lookupOf(update, lookupField);
  const saysLead = normalized.incoming.length > 0 || activity !== undefined;
  const requests: Readonly<Record<Api, readonly RequestOfOneApi[]>> = {
    rest: [
      ...(saysLead
        ? [json('POST leads.json', upsertBody([recordText(update, by)], { lookup: by, rules }))]
        : []),
      ...(cookie === undefined
        ? []
        : [{ what: `POST ${associatePath(someId, marketo.munchkinId, cookie)}` }]),
      ...(activity === undefined
        ? []
        : [
            json('POST activities/external.json', activitiesBody([activityText(activity, someId)])),
          ]),
      ...relationRequests(normalized),
    ],
    soap:
      fields.length > 0 || cookie !== undefined ? [soapRequest(update, marketo.munchkinId)] : [],
  };
  return [
    ...apiNames.flatMap((api) =>
      requests[api].map((request) => ({ over: leadApis[api].label, ...request })),
    ),
    ...(visit === undefined
      ? []
      : [
          {
            over: 'Munchkin' as const,
            what: `GET visitWebPage?${visitQuery(
              { ...visit, token: normalized.cookieToken ?? normalized.derived.token },
              marketo.munchkinId,
            )}`,
          },
        ]),
  ];
};
