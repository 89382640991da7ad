import type { SequenceKey } from '../segment/order.ts';
import type { Snapshot } from './lock.ts';
import type { DigestOf, LeadId, Mailbox } from './leadTypes.ts';

/*
 * What is remembered of a lead in a bulk import: whose row it is and which values went, by the order of
 * each. It holds no e-mail and no value: what the lead's mailbox does not have any more when the job
 * ends has been overtaken or erased.
 */

/** A row of a file. */
export interface ImportRow {
  readonly lead: LeadId;
  /** Short hash of what finds the lead in Marketo: the file of failures names rows by it. */
  readonly key: string;
  /** Digest of the e-mail that the lead had. */
  readonly email: string;
  /** Names of the registers that went, and the orders of their values: one for all where they are the same. */
  readonly names: readonly string[];
  readonly orders: readonly SequenceKey[];
}

export const importRowOf = (
  lead: LeadId,
  { email, fields }: Snapshot,
  key: string,
  digestOf: DigestOf,
): ImportRow => {
  const orders = fields.map(({ order }) => order);
  const isOne = new Set(orders).size === 1;
  return {
    lead,
    key,
    email: digestOf(email),
    names: fields.map(({ name }) => name),
    orders: isOne ? orders.slice(0, 1) : orders,
  };
};

/** What a row carried, as far as the lead's mailbox still has it: the call's snapshot when the job ends. */
export const importedSnapshot = (
  { fields, address }: Mailbox,
  { email, names, orders }: ImportRow,
  owner: string,
  digestOf: DigestOf,
): Snapshot => ({
  owner,
  // Another e-mail came meanwhile, and is still to be told.
  email: digestOf(address.text) === email ? address.text : '',
  fields: names.flatMap((name, index) => {
    const { value, order, source } = fields[name] ?? {};
    const sent = orders.length === 1 ? orders[0] : orders[index];
    return value !== undefined && order !== undefined && order === sent
      ? [{ name, value, order, ...(source !== undefined && { source }) }]
      : [];
  }),
});
