import { rules } from '../rules.ts';
import type { Campaign } from '../schema/shape.ts';
import type { Simulator } from '../simulator.ts';
import { coded, missing, RestError } from './codes.ts';
import type { Operation } from './operation.ts';
import type { JsonObject, RestRequest } from './request.ts';
import { isObject, raised, readBody, shown, textOf } from './request.ts';

/** The campaign that the path names: 1013 where there is none, 1003 where it cannot be requested. */
const campaignIn = ({ schema }: Simulator, { path }: RestRequest): Campaign => {
  const [, id = ''] = /\/campaigns\/([^/]*)\//.exec(path) ?? [];
  const campaign = schema.campaigns.find((one) => String(one.id) === id);
  if (campaign === undefined) throw new RestError('1013', `Campaign '${id}' not found`);
  if (!campaign.requestable)
    throw new RestError('1003', `Invalid data: campaign '${id}' is no requestable campaign`);
  return campaign;
};

const listIn = (input: JsonObject, name: string, most: number): readonly unknown[] => {
  const list = input[name] ?? [];
  if (!Array.isArray(list))
    throw new RestError('1001', `Invalid value '${name}'. Required of type 'Array'`);
  if (list.length > most) throw new RestError('1003', `Invalid data: more than ${most} ${name}`);
  return list as readonly unknown[];
};

const tokensIn = (input: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listIn(input, 'tokens', rules.campaignTokens).map((given) => {
      const { name, value } = isObject(given) ? given : {};
      const text = textOf(value ?? null);
      if (typeof name !== 'string' || !/^\{\{my\.[^}]+\}\}$/.test(name) || text === undefined)
        throw new RestError('1003', 'Invalid data: a token has a name like {{my.name}} and a text');
      return [name, text];
    }),
  );

/** Request Campaign: `POST /rest/v1/campaigns/{id}/trigger.json`. All of its leads, or none. */
export const requestCampaign: Operation = async (simulator, turn, request) => {
  const { input } = readBody(request);
  if (!isObject(input)) throw raised(missing('input'));
  const leads = listIn(input, 'leads', rules.campaignLeads).map((given) =>
    isObject(given) ? Number(given['id']) : Number.NaN,
  );
  if (leads.length === 0) throw raised(missing('leads'));
  const tokens = tokensIn(input);
  turn.concerns(leads.map((id) => simulator.leadOf(id) ?? { id: shown(id) }));
  const id = await turn.unlocked(() => {
    const campaign = campaignIn(simulator, request);
    const found = leads.map((lead) => simulator.leadOf(lead));
    if (found.some((lead) => lead === undefined)) throw raised(coded('1004'));
    for (const lead of found) {
      const run = { campaign: campaign.id, lead: lead?.id ?? 0, at: simulator.now(), tokens };
      simulator.state.apply({ kind: 'campaignRun', run });
    }
    return campaign.id;
  });
  return { result: [{ id }] };
};
