import type { JsonObject } from '../lambdas/segment/event.ts';
import { asObject } from '../lambdas/segment/json.ts';
import type * as face from './associate-lead.d.ts';
import { leadAttributes } from './leadAttributes.ts';
import { Because } from './log.ts';
import type { MarketoOptions } from './marketo.d.ts';
import { munchkin } from './munchkin.ts';
import { post } from './post.ts';

/** The hash without which Marketo takes no associateLead, from our hash API. Rejects without one. */
const hashOf = async (email: string, options: MarketoOptions): Promise<string> => {
  const { hashToken } = options;
  const response = await post(
    options,
    '/v1/hash',
    hashToken ? { token: await hashToken() } : { email },
  );
  const hash = response.ok ? asObject(await response.json())?.hash : undefined;
  if (typeof hash !== 'string') throw new Because(`the hash was refused (${response.status})`);
  return hash;
};

/** Hands an identify to Munchkin, which ignores it since version 161. */
export const associateLead: typeof face.associateLead = async (event, given) => {
  const options = given as MarketoOptions;
  const attributes = leadAttributes(event as JsonObject);
  const { Email } = attributes;
  if (typeof Email !== 'string') throw new Because('it names no e-mail');
  munchkin()?.munchkinFunction('associateLead', attributes, await hashOf(Email, options));
};
