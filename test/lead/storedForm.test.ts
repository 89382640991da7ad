import { describe, expect, it } from 'vitest';
import { aliasOf, emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { fromStored, toStored } from '../../lambdas/lead/storedForm.ts';
import type { LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { order } from '../support/mailboxes.ts';

const list = { 'list:1001': { order: order(5), value: true } };
const mailbox: Mailbox = {
  ...emptyMailbox('jane@example.com', order(1)),
  fields: { ...list, Title: { order: order(1), value: 'CTO' } },
};
const stored = toStored(mailbox) as Mailbox & { readonly relations: Mailbox['fields'] };

describe('a mailbox in the table', () => {
  it('has its relations apart from its fields, and together again once it is read', () => {
    expect(stored.fields).toEqual({ Title: mailbox.fields['Title'] });
    expect(stored.relations).toEqual(list);
    expect(fromStored(stored)).toEqual(mailbox);
  });

  it.each([
    'program:1044',
    'member:1044/seats',
    'link:company',
    'company:site',
    'campaign:2001/m',
    'partition:lead',
  ])('has %s apart, too', (name) => {
    const fields = { [name]: { order: order(5), value: 'x' } };
    const kept = toStored({ ...mailbox, fields });
    expect(kept).toMatchObject({ fields: {}, relations: fields });
    expect(fromStored(kept)).toEqual({ ...mailbox, fields });
  });

  it('stands as it is where it has no relations; so does what has no registers', () => {
    const plain = emptyMailbox('jane@example.com', order(1));
    for (const state of [plain, aliasOf('lead' as LeadId, order(1)), { fields: [] }, {}, null])
      expect([toStored(state), fromStored(state)]).toEqual([state, state]);
  });

  it('has no relation that a deletion of version 0.1 was to take', () => {
    const fieldsAt = (deleted: Mailbox['deleted']) =>
      Object.keys((fromStored({ ...stored, deleted }) as Mailbox).fields);
    expect(fieldsAt(order(6))).toEqual(['Title']);
    expect(fieldsAt(order(5))).toEqual(['Title', 'list:1001']);
  });

  it('has no relation that waited when consent was refused, and keeps what Marketo has', () => {
    const withdrawn = order(6);
    const has = { 'list:1001': { order: order(5), digest: 'digest', sentAt: 0 } };
    expect((fromStored({ ...stored, withdrawn }) as Mailbox).fields).not.toHaveProperty(
      'list:1001',
    );
    expect((fromStored({ ...stored, withdrawn, relations: has }) as Mailbox).fields).toMatchObject(
      has,
    );
  });

  it('is a lead of its own where version 0.1 has written into an alias', () => {
    const { alias } = aliasOf('lead' as LeadId, order(1));
    expect(fromStored({ ...mailbox, alias })).toEqual(mailbox);
  });
});
