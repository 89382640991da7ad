import { companyKey, partsOfId, targetOf } from '../../lambdas/lead/relations.ts';
import type { FieldValue } from '../../lambdas/lead/leadTypes.ts';
import type { RestCalled } from '../../lambdas/marketo/rest/restCaller.ts';
import type { Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { CodedError } from '../../simulator/rest/codes.ts';
import { badValue, coded } from '../../simulator/rest/codes.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { isBad } from './input.ts';
import type { MarketoBooks } from './marketoBooks.ts';
import type { MarketoLead } from './marketoLeads.ts';
import { noCampaign, noList, program, statusRegister, stepOf } from './relationNames.ts';
import type { Asked } from './relationRequests.ts';
import { maxRecordsOf, sizeOf } from './relationRequests.ts';
import type { Scheduler } from './scheduler.ts';

interface WorkerPorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly books: MarketoBooks;
}

type Failure = { readonly complaints: readonly { readonly code: string; readonly text: string }[] };

export const failedWith = ({ code, message }: CodedError): Failure => ({
  complaints: [{ code, text: message }],
});

const skipped = (reason: CodedError) => ({ status: 'skipped', reasons: [reason] });

/** What Marketo does and answers where it works on a request of relations. */
export const createRelationWorker = ({ scheduler, faults, dice, books }: WorkerPorts) => {
  const { relations } = books;

  /** Works on one request for the leads of a call. */
  return (owners: ReadonlyMap<number, readonly Update[]>, companies: readonly Update[]) => {
    const aliveOf = (id: number): MarketoLead | undefined => {
      const lead = books.leads.get(id);
      return lead?.gone === undefined ? lead : undefined;
    };
    const saying = (id: number, name: string, value: FieldValue): readonly Update[] =>
      (owners.get(id) ?? []).filter((one) =>
        one.relations?.some((own) => own.name === name && String(own.value) === String(value)),
      );
    const refuse = (updates: readonly Update[], names: readonly string[]): void => {
      for (const { lead } of updates) for (const name of names) relations.refuse(lead, name);
    };
    const reasonOf = (reason: CodedError, updates: readonly Update[], names: readonly string[]) => {
      refuse(updates, names);
      return skipped(reason);
    };
    /** What strikes one record, whatever it wants. */
    const struck = (id: number): CodedError | undefined => {
      if (aliveOf(id) === undefined || faults.strikes('goneLeads')) return coded('1004');
      return faults.strikes('failedRelations') ? coded('1022', 'Object in use') : undefined;
    };
    const each = (
      id: number,
      names: readonly string[],
      write: (lead: MarketoLead) => object,
    ): object => {
      const reason = struck(id);
      const lead = aliveOf(id);
      return reason || lead === undefined
        ? reasonOf(reason ?? coded('1004'), owners.get(id) ?? [], names)
        : write(lead);
    };
    const ofList = ({ list, isMember, ids }: Extract<Asked, { kind: 'list' }>): RestCalled => {
      const name = `list:${list}`;
      if (list === noList) {
        for (const id of ids) refuse(owners.get(id) ?? [], [name]);
        return failedWith(coded('1013', `Static list '${list}' not found`));
      }
      const result = ids.map((id) => ({
        id,
        ...each(id, [name], (lead) => {
          const isIn = lead.ours.get(name) === true;
          relations.write(lead, name, isMember, saying(id, name, isMember));
          if (isMember) return { status: 'added' };
          return isIn ? { status: 'removed' } : skipped(coded('1015', 'Lead not in list'));
        }),
      }));
      // The answer is not documented to be in order.
      return { status: 200, result: dice.chance(0.5) ? result : result.reverse() };
    };
    const ofStatus = ({ status, ids }: Extract<Asked, { kind: 'status' }>): RestCalled => {
      if (stepOf(status) < 0) {
        for (const id of ids) refuse(owners.get(id) ?? [], [statusRegister]);
        return failedWith(coded('1025', `Program status '${status}' not found`));
      }
      const result = ids.map((id, seq) => ({
        seq,
        ...each(id, [statusRegister], (lead) => {
          const before = stepOf(lead.ours.get(statusRegister));
          relations.write(lead, statusRegister, status, saying(id, statusRegister, status));
          if (before >= stepOf(status)) return skipped(coded('1037'));
          return { status: before < 0 ? 'created' : 'updated', leadId: id };
        }),
      }));
      return { status: 200, result };
    };
    const ofMembers = ({ records }: Extract<Asked, { kind: 'members' }>): RestCalled => {
      const result = records.map(({ leadId, ...values }, seq) => {
        const id = Number(leadId);
        const all = Object.entries(values) as [string, FieldValue][];
        const nameOf = (field: string): string => `member:${program}/${field}`;
        const names = all.map(([field]) => nameOf(field));
        const write = (lead: MarketoLead): object => {
          if (lead.ours.get(statusRegister) === undefined)
            return reasonOf(coded('1013', 'Membership not found'), owners.get(id) ?? [], names);
          const bad = all.find(([, value]) => isBad(value));
          if (bad)
            return reasonOf(badValue(bad[0], String(bad[1])), owners.get(id) ?? [], [
              nameOf(bad[0]),
            ]);
          for (const [field, value] of all)
            relations.write(lead, nameOf(field), value, saying(id, nameOf(field), value));
          return { status: 'updated', leadId: id };
        };
        return { seq, ...each(id, names, write) };
      });
      return { status: 200, result };
    };
    const ofCampaign = ({
      campaign,
      tokens,
      ids,
    }: Extract<Asked, { kind: 'campaign' }>): RestCalled => {
      /** The request that this record is, of those that its leads wait for. */
      const meantOf = (id: number): readonly { owner: Update; name: string; value: FieldValue }[] =>
        (owners.get(id) ?? []).flatMap((owner) =>
          (owner.relations ?? []).flatMap(({ name, value }) => {
            const target = targetOf(name);
            const isIt =
              target?.kind === 'campaign' && partsOfId(target.id)[0] === String(campaign);
            return isIt ? [{ owner, name, value }] : [];
          }),
        );
      const all = ids.map((id) => ({ id, meant: meantOf(id), lead: aliveOf(id) }));
      const refuseAll = (only: typeof all): void => {
        for (const { meant } of only) for (const { owner, name } of meant) refuse([owner], [name]);
      };
      if (campaign === noCampaign) {
        refuseAll(all);
        return failedWith(coded('1013', `Campaign '${campaign}' not found`));
      }
      // All of its leads, or none.
      const isStruck = faults.strikes('goneLeads');
      const missing = all.filter(({ lead }, at) => lead === undefined || (isStruck && at === 0));
      if (missing.length > 0) {
        refuseAll(missing);
        return failedWith(coded('1004'));
      }
      for (const { meant, lead } of all) {
        const it = meant.find(({ value }) => value === tokens) ?? meant[0];
        if (lead && it) relations.request(lead, it.name, tokens, it.owner);
      }
      return { status: 200, result: [{ id: campaign }] };
    };
    const ofCompanies = ({ records }: Extract<Asked, { kind: 'companies' }>): RestCalled => {
      const result = records.map((record, seq) => {
        const id = String(record[companyKey]);
        const values = Object.entries(record).filter(([name]) => name !== companyKey) as [
          string,
          FieldValue,
        ][];
        const own = companies.filter(({ company }) => company === id);
        const namesOf = (fields: readonly string[]) => fields.map((field) => `company:${field}`);
        const bad = values.find(([, value]) => isBad(value));
        if (bad)
          return { seq, ...reasonOf(badValue(bad[0], String(bad[1])), own, namesOf([bad[0]])) };
        if (faults.strikes('failedRelations'))
          return {
            seq,
            ...reasonOf(
              coded('1022', 'Object in use'),
              own,
              namesOf([companyKey, ...values.map(([name]) => name)]),
            ),
          };
        const isNew = !relations.companies.has(id);
        relations.writeCompany(id, values, own[0]);
        return { seq, id: seq + 1, status: isNew ? 'created' : 'updated' };
      });
      return { status: 200, result };
    };
    const ofLinks = ({ records }: Extract<Asked, { kind: 'links' }>): RestCalled => {
      const name = 'link:company';
      const result = records.map((record) => {
        const id = Number(record.id);
        const company = String(record[companyKey]);
        return {
          id,
          ...each(id, [name], (lead) => {
            if (!relations.companies.has(company))
              return reasonOf(badValue(companyKey, company), owners.get(id) ?? [], [name]);
            relations.write(lead, name, company, saying(id, name, company));
            lead.updatedAt = scheduler.now();
            return { status: 'updated' };
          }),
        };
      });
      return { status: 200, result };
    };
    return (asked: Asked): RestCalled => {
      if (sizeOf(asked) > maxRecordsOf(asked))
        throw new Error(`too many records for ${asked.kind}`);
      switch (asked.kind) {
        case 'list':
          return ofList(asked);
        case 'status':
          return ofStatus(asked);
        case 'members':
          return ofMembers(asked);
        case 'campaign':
          return ofCampaign(asked);
        case 'companies':
          return ofCompanies(asked);
        case 'links':
          return ofLinks(asked);
      }
    };
  };
};
