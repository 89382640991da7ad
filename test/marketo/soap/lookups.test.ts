import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { envelope, fault, now, scriptedMarketo } from './scripted.ts';
import { complaints } from './validate.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);

const field = (
  name: string,
  type = '<dataType>string</dataType><size>255</size>',
  isReadonly = false,
): string =>
  `<field><name>${name}</name><description xsi:nil="true"/><displayName>${name}</displayName><sourceObject>Lead</sourceObject>${type}<isReadonly>${String(isReadonly)}</isReadonly><isUpdateBlocked>false</isUpdateBlocked><isName xsi:nil="true"/><isPrimaryKey>false</isPrimaryKey><isCustom>false</isCustom><isDynamic>false</isDynamic><dynamicFieldRef xsi:nil="true"/><updatedAt>2026-01-02T03:04:05+00:00</updatedAt></field>`;
const description = (...fields: readonly string[]): string =>
  envelope(
    `<ns1:successDescribeMObject><result><metadata><name>LeadRecord</name><description xsi:nil="true"/><isCustom>false</isCustom><isVirtual>false</isVirtual><fieldList>${fields.join('')}</fieldList><updatedAt>2026-01-02T03:04:05+00:00</updatedAt></metadata></result></ns1:successDescribeMObject>`,
  );

describe('the fields of leads', () => {
  it('come from the description of LeadRecord, with what may be written there', async () => {
    const body = description(
      field('FirstName'),
      field('Person Notes', '<dataType>text</dataType><size xsi:nil="true"/>'),
      field('Größe', '<dataType>float</dataType><size xsi:nil="true"/>', true),
    );
    expect(await complaints([body])).toEqual([]);
    marketo.script({ body });
    expect(await marketo.client().fields(deadline)).toEqual(
      new Map([
        ['FirstName', { type: 'string', length: 255 }],
        ['Person Notes', { type: 'text' }],
        ['Größe', { type: 'float', readOnly: true }],
      ]),
    );
    expect(marketo.received()[0]?.body).toContain('<objectName>LeadRecord</objectName>');
    expect(marketo.received()[0]?.headers.soapaction).toBe(
      '"http://www.marketo.com/mktows/describeMObject"',
    );
  });

  it('may be one', async () => {
    marketo.script({ body: description(field('Email')) });
    expect([...(await marketo.client().fields(deadline)).keys()]).toEqual(['Email']);
  });

  it.each([
    [
      'a fault',
      fault('20014 - Authentication failed', '20014'),
      'Marketo does not accept the credentials (20014)',
    ],
    ['no SOAP', { status: 503, body: 'busy' }, 'HTTP 503'],
    ['an answer without fields', { body: envelope('<ns1:successDescribeMObject/>') }, 'HTTP 200'],
    ['a description without any field', { body: description() }, 'HTTP 200'],
  ])('are not known after %s', async (_what, step, because) => {
    marketo.script(step);
    await expect(marketo.client().fields(deadline)).rejects.toThrow(because);
  });
});

describe('looking a lead up', () => {
  const found = (records: string): string =>
    envelope(
      `<ns1:successGetLead><result><count>1</count>${records}</result></ns1:successGetLead>`,
    );

  it('by e-mail returns its fields as they are', async () => {
    const body = found(
      '<leadRecordList><leadRecord><Id>42</Id><Email>a&amp;b@example.com</Email><ForeignSysPersonId xsi:nil="true"/><ForeignSysType xsi:nil="true"/><leadAttributeList><attribute><attrName>Note</attrName><attrType>string</attrType><attrValue> x &lt;y&gt; </attrValue></attribute><attribute><attrName>Empty</attrName><attrType>string</attrType><attrValue></attrValue></attribute></leadAttributeList></leadRecord></leadRecordList>',
    );
    expect(await complaints([body])).toEqual([]);
    marketo.script({ body });
    expect(await marketo.client().getLead('a&b@example.com', deadline)).toEqual([
      { id: 42, email: 'a&b@example.com', attributes: { Note: ' x <y> ', Empty: '' } },
    ]);
    expect(marketo.received()[0]?.body).toContain(
      '<leadKey><keyType>EMAIL</keyType><keyValue>a&amp;b@example.com</keyValue></leadKey>',
    );
  });

  it.each([
    ['no list', '<leadRecordList xsi:nil="true"/>'],
    ['an empty list', '<leadRecordList/>'],
  ])('finds none in %s', async (_what, records) => {
    marketo.script({ body: found(records) });
    expect(await marketo.client().getLead('nobody@example.com', deadline)).toEqual([]);
  });

  it('finds none where Marketo answers that there is none', async () => {
    marketo.script(fault('20103 - Lead Not Found', '20103', 'No lead found with EMAIL = x'));
    expect(await marketo.client().getLead('nobody@example.com', deadline)).toEqual([]);
  });

  it('rejects, without the e-mail, when Marketo cannot tell', async () => {
    marketo.script(fault('20110 - Bad nobody@example.com', '20110'));
    await expect(marketo.client().getLead('nobody@example.com', deadline)).rejects.toThrow(
      'Marketo did not look the lead up: a parameter is bad (20110)',
    );
  });
});
