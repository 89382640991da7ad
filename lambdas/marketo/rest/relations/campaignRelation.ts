import * as z from 'zod/mini';
import { partsOfId } from '../../../lead/relations.ts';
import { restLimits } from '../../../limits.ts';
import type { RelationRow } from './kind.ts';

/*
 * A request of a trigger campaign (Adobe, Smart Campaigns): at most 100 leads a call, with tokens that hold for all of them.
 * Asking twice runs it twice. One answer speaks of the whole call: where a lead is not there, nobody is run.
 */

const tokensSchema = z.record(z.string(), z.string());

/** The tokens in a register's value: JSON text, as the mapping writes it. */
const tokensOf = (value: unknown): readonly { readonly name: string; readonly value: string }[] => {
  let tokens: unknown;
  try {
    tokens = JSON.parse(String(value));
  } catch {
    return [];
  }
  return Object.entries(tokensSchema.safeParse(tokens).data ?? {}).map(([name, text]) => ({
    name: `{{${name}}}`,
    value: text,
  }));
};

/** What a refusal of the call says of the campaign, by its code. */
const refusals: Readonly<Record<string, string>> = {
  610: 'Marketo has no campaign of this id',
  702: 'Marketo has no campaign of this id',
  1013: 'Marketo has no campaign of this id',
  1003: 'the campaign cannot be requested: it needs the trigger "Campaign is Requested" with the source Web Service API, and the tokens of its program',
};

/** A request of a campaign: `campaign:2001/<message>`, whose value is the tokens. */
export const campaignRow: RelationRow = {
  leadsPerRequest: restLimits.leadsPerCampaignCall,
  isEachOnce: true,
  groupOf: ({ target, value }) => `${partsOfId(target.id)[0]} ${String(value)}`,
  request: (group) => {
    const [{ target, value }] = group;
    const tokens = tokensOf(value);
    return {
      method: 'POST',
      path: `campaigns/${encodeURIComponent(partsOfId(target.id)[0])}/trigger.json`,
      body: JSON.stringify({
        input: {
          leads: group.map(({ id }) => ({ id })),
          ...(tokens.length > 0 && { tokens }),
        },
      }),
    };
  },
  answers: (group) => group.map(() => ({ kind: 'added' })),
  refusal: (apiErrors) => {
    const found = apiErrors.find(({ code }) => code !== undefined && Object.hasOwn(refusals, code));
    return found?.code && `${refusals[found.code] ?? ''} (${found.code})`;
  },
};
