import { keyIdOf, visitPrefix } from '../lambdas/digest.ts';
import type { Mailbox } from '../lambdas/lead/leadTypes.ts';
import type { Found } from './leadFind.ts';
import type { LeadView } from './views.ts';

/** What Marketo and people call a lead. */
export const nameOf = (mailbox: Mailbox | undefined): Pick<LeadView, 'address' | 'marketoId'> => {
  const { address, marketoId } = mailbox ?? {};
  return {
    ...(address !== undefined && address.text !== '' && { address: address.text }),
    ...(marketoId !== undefined && { marketoId }),
  };
};

/** The keys that point to a lead, with their kinds where they are known. */
export const aliasesOf = ({ lead, key }: Found): LeadView['aliases'] => {
  if (!lead) return [];
  const { keys = [], cookies = {} }: Partial<Mailbox> = lead.loaded.state ?? {};
  const kinds = new Map<string, string>(
    Object.keys(cookies).map((token) => [keyIdOf('cookie', token), 'cookie']),
  );
  if (key?.kind !== undefined) kinds.set(key.id, key.kind);
  const isLinked = key?.item?.link?.lead === lead.id;
  const known = new Set(isLinked ? [...keys, key.id] : keys);
  return [...known].map((id) => {
    const kind = kinds.get(id);
    return { key: id, ...(kind !== undefined && { kind }) };
  });
};

/** What the ids of the dead letters of a person begin with. */
export const prefixesOf = ({ lead, key }: Found): readonly string[] => {
  const { keys = [], cookies = {} }: Partial<Mailbox> = lead?.loaded.state ?? {};
  const owners = [lead?.id, key?.id, ...keys].filter((id) => id !== undefined);
  const tokens = [cookies, key?.item?.cookies ?? {}].flatMap((some) => Object.keys(some));
  return [...new Set([...owners.map((id) => `${id}#`), ...tokens.map(visitPrefix)])];
};
