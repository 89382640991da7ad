import type { FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import { companyKey } from '../../lambdas/lead/relations.ts';
import type { Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { MarketoLead } from './marketoLeads.ts';
import { entryOf } from './marketoLeads.ts';
import { stepOf, statusRegister } from './relationNames.ts';

/** A company of Marketo. */
interface Company {
  readonly values: Map<string, FieldValue>;
  /** What it ever got from us, as `name=value`. */
  readonly received: Set<string>;
}

/** What Marketo's books say of relations beside what stands with each lead. */
export const createRelationBooks = () => {
  const companies = new Map<string, Company>();
  /** The order of the word that went last, for each of our leads and registers. */
  const orders = new Map<string, string>();
  /** Older words that went after newer ones. */
  const overtaking: string[] = [];
  /** Each run of a campaign: its register and its tokens. */
  const runs: { readonly name: string; readonly tokens: string }[] = [];
  /** Whose relation was refused, or failed, by itself: `lead register`. */
  const refused = new Set<string>();

  const went = (owner: Update, name: string): void => {
    const order = owner.relations?.find((one) => one.name === name)?.order;
    if (order === undefined) return;
    const whose = `${owner.lead} ${name}`;
    if (order < (orders.get(whose) ?? '')) overtaking.push(`${name} of ${owner.lead}`);
    else orders.set(whose, order);
  };

  return {
    companies,
    overtaking,
    runs,
    /** A lead's register has this value from now on, as these of our leads said. */
    write: (
      lead: MarketoLead,
      name: string,
      value: FieldValue,
      owners: readonly Update[],
    ): void => {
      for (const owner of owners) {
        lead.from.add(owner.lead);
        went(owner, name);
      }
      lead.received.add(entryOf(name, value));
      if (name === statusRegister && stepOf(lead.ours.get(name)) >= stepOf(value)) return;
      lead.fields.set(name, value);
      lead.ours.set(name, value);
    },
    /** A campaign runs once for a lead, with these tokens. */
    request: (lead: MarketoLead, name: string, tokens: string, owner: Update): void => {
      lead.from.add(owner.lead);
      lead.received.add(entryOf(name, tokens));
      runs.push({ name, tokens });
      lead.requests.set(name, (lead.requests.get(name) ?? 0) + 1);
    },
    writeCompany: (
      id: string,
      values: readonly (readonly [name: string, value: FieldValue])[],
      owner: Update | undefined,
    ): void => {
      const company = companies.get(id) ?? { values: new Map(), received: new Set() };
      companies.set(id, company);
      for (const [field, value] of [...values, [companyKey, id] as const]) {
        const name = `company:${field}`;
        company.values.set(name, value);
        company.received.add(entryOf(name, value));
        if (owner) went(owner, name);
      }
    },
    refuse: (lead: LeadId, name: string): void => {
      refused.add(`${lead} ${name}`);
    },
    isRefused: (lead: LeadId, name: string): boolean => refused.has(`${lead} ${name}`),
  };
};
