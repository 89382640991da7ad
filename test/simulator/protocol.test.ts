import { describe, expect, it } from 'vitest';
import type { Marketo } from './support.ts';
import {
  attributes,
  authHeader,
  envelope,
  noon,
  record,
  records,
  startMarketo,
  textOf,
  timestampOf,
} from './support.ts';

const action = { soapaction: '"http://www.marketo.com/mktows/syncLead"' };
const good =
  '<leadRecord><Email>ann@example.com</Email></leadRecord><returnLead>false</returnLead>';
const header = authHeader(timestampOf(noon));

const refuses = async (
  answer: Promise<{ status: number; text: string }>,
  code: string,
  because: string,
): Promise<void> => {
  const { status, text } = await answer;
  expect(status).toBe(500);
  expect(textOf(text, 'faultcode')).toBe('SOAP-ENV:Client');
  expect(textOf(text, 'code')).toBe(code);
  expect(textOf(text, 'message')).toContain(because);
};

describe('the SOAP envelope', () => {
  it('is answered with a success of the operation in Marketo’s namespace', async () => {
    const marketo = await startMarketo();
    const { status, text } = await marketo.syncLead('<Email>ann@example.com</Email>');
    expect(status).toBe(200);
    expect(text).toContain('xmlns:ns1="http://www.marketo.com/mktows/"');
    expect(text).toContain(
      '<ns1:successSyncLead><result><leadId>1</leadId><syncStatus><leadId>1</leadId><status>CREATED</status><error xsi:nil="true"/></syncStatus><leadRecord xsi:nil="true"/></result></ns1:successSyncLead>',
    );
  });

  it.each([
    ['broken XML', '<s:Envelope', 'not well-formed'],
    ['two roots', '<a/><b/>', 'not well-formed'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'document type'],
    ['an undeclared prefix', '<s:Envelope/>', 'undeclared prefix'],
    [
      'SOAP 1.2',
      envelope(header, `<m:paramsSyncLead>${good}</m:paramsSyncLead>`).replace(
        'http://schemas.xmlsoap.org/soap/envelope/',
        'http://www.w3.org/2003/05/soap-envelope',
      ),
      'the root element must be Envelope',
    ],
    [
      'an operation without a namespace',
      envelope(header, `<paramsSyncLead>${good}</paramsSyncLead>`),
      'namespace',
    ],
    [
      'qualified children',
      envelope(
        header,
        `<paramsSyncLead xmlns="http://www.marketo.com/mktows/">${good}</paramsSyncLead>`,
      ),
      'leadRecord in paramsSyncLead must carry no namespace',
    ],
    ['two operations', envelope(header, '<m:paramsSyncLead/><m:paramsSyncLead/>'), 'exactly one'],
    [
      'a body before the header',
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/><s:Header/></s:Envelope>`,
      'exactly one element',
    ],
  ])('is refused with %s', async (_what, xml, because) => {
    const marketo = await startMarketo();
    await refuses(marketo.post(xml, action), '20012', because);
    expect(marketo.simulator.leads()).toEqual([]);
  });

  it('is refused for an operation that it does not have', async () => {
    const marketo = await startMarketo();
    await refuses(marketo.call('listOperation', ''), '20019', 'listOperation');
  });

  it('is refused when SOAPAction is missing or names another operation', async () => {
    const marketo = await startMarketo();
    const xml = envelope(header, `<m:paramsSyncLead>${good}</m:paramsSyncLead>`);
    await refuses(marketo.post(xml), '20012', 'SOAPAction');
    const other = { soapaction: '"http://www.marketo.com/mktows/getLead"' };
    await refuses(marketo.post(xml, other), '20012', 'SOAPAction');
    expect((await marketo.post(xml, action)).status).toBe(200);
  });

  it('is refused under another content type', async () => {
    const marketo = await startMarketo();
    const answer = await marketo.post('<a/>', { 'content-type': 'application/json' });
    expect(answer).toMatchObject({
      status: 415,
      text: expect.stringContaining('text/xml') as string,
    });
  });

  it('is refused when it is larger than any real request', async () => {
    const marketo = await startMarketo();
    expect((await marketo.post('x'.repeat(5_000_001))).status).toBe(413);
  });
});

describe('the elements of a request', () => {
  const params = (inner: string) => (marketo: Marketo) => marketo.call('syncLead', inner);
  it.each([
    [
      '20012',
      'leadRecord in paramsSyncLead must stand before returnLead',
      '<returnLead>false</returnLead><leadRecord><Email>a@b.co</Email></leadRecord>',
    ],
    [
      '20012',
      'Email in leadRecord must stand before leadAttributeList',
      `<leadRecord>${attributes({ City: 'x' })}<Email>a@b.co</Email></leadRecord><returnLead>false</returnLead>`,
    ],
    [
      '20012',
      'attrName in attribute must stand before attrValue',
      '<leadRecord><Email>a@b.co</Email><leadAttributeList><attribute><attrValue>x</attrValue><attrName>City</attrName></attribute></leadAttributeList></leadRecord><returnLead>false</returnLead>',
    ],
    [
      '20012',
      'Email stands twice',
      '<leadRecord><Email>a@b.co</Email><Email>a@b.co</Email></leadRecord><returnLead>false</returnLead>',
    ],
    ['20104', 'leadRecord is required', '<returnLead>false</returnLead>'],
    ['20109', 'returnLead is required', '<leadRecord><Email>a@b.co</Email></leadRecord>'],
    [
      '20110',
      'returnLead must be true or false',
      '<leadRecord><Email>a@b.co</Email></leadRecord><returnLead>no</returnLead>',
    ],
    [
      '20109',
      'attrValue in attribute may not be nil',
      '<leadRecord><Email>a@b.co</Email><leadAttributeList><attribute><attrName>City</attrName><attrValue xsi:nil="true"/></attribute></leadAttributeList></leadRecord><returnLead>false</returnLead>',
    ],
    [
      '20109',
      'at least one of Id, Email and ForeignSysPersonId',
      `<leadRecord>${attributes({ City: 'x' })}</leadRecord><returnLead>false</returnLead>`,
    ],
    [
      '20109',
      'ForeignSysType is required',
      '<leadRecord><ForeignSysPersonId>7</ForeignSysPersonId></leadRecord><returnLead>false</returnLead>',
    ],
    [
      '20110',
      'ForeignSysType must be one of',
      '<leadRecord><ForeignSysPersonId>7</ForeignSysPersonId><ForeignSysType>crm</ForeignSysType></leadRecord><returnLead>false</returnLead>',
    ],
    [
      '20110',
      'Id must be a positive integer',
      '<leadRecord><Id>x</Id></leadRecord><returnLead>false</returnLead>',
    ],
    [
      '20110',
      'marketoCookie must look like',
      '<leadRecord><Email>a@b.co</Email></leadRecord><returnLead>false</returnLead><marketoCookie>_mch-a.b-1234</marketoCookie>',
    ],
    [
      '20110',
      'marketoCookie must look like',
      '<leadRecord><Email>a@b.co</Email></leadRecord><returnLead>false</returnLead><marketoCookie>id:000-AAA-000&amp;token:_mch-a.b-1234</marketoCookie>',
    ],
  ])('cost the call: %s %s', async (code, because, inner) => {
    const marketo = await startMarketo();
    await refuses(params(inner)(marketo), code, because);
    expect(marketo.simulator.leads()).toEqual([]);
  });

  it('with misspelt names are passed over in silence', async () => {
    const marketo = await startMarketo();
    const { status } = await marketo.syncLead(
      `<Email>ann@example.com</Email><Emial>x</Emial>${attributes({ City: 'Bern' })}`,
    );
    expect(status).toBe(200);
    expect(marketo.simulator.leads()).toMatchObject([
      { email: 'ann@example.com', fields: { City: 'Bern' } },
    ]);
  });

  it('that are optional may be nil', async () => {
    const marketo = await startMarketo();
    const { status } = await marketo.syncLead(
      '<Id xsi:nil="true"/><Email>ann@example.com</Email><leadAttributeList xsi:nil="true"/>',
      '<returnLead>0</returnLead><marketoCookie xsi:nil="true"/>',
    );
    expect(status).toBe(200);
  });

  it('keep text exactly: entities, CDATA, spaces, characters beyond the BMP', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(
      record('ann@example.com', {
        City: ' a &amp;amp; b &lt;x&gt; &#233;&#x1F600; ',
        State: '<![CDATA[<&amp;>]]>',
      }),
    );
    expect(marketo.simulator.leads()[0]?.fields).toEqual({
      City: ' a &amp; b <x> é😀 ',
      State: '<&amp;>',
    });
  });

  it('may be 300 leads, and no more', async () => {
    const marketo = await startMarketo();
    const many = Array.from({ length: 301 }, (_, index) => record(`a${index}@example.com`));
    await refuses(marketo.call('syncMultipleLeads', records(...many)), '20110', 'more than 300');
    expect(marketo.simulator.leads()).toEqual([]);
    const answer = await marketo.call('syncMultipleLeads', records(...many.slice(1)));
    expect(answer.status).toBe(200);
    expect(marketo.simulator.leads()).toHaveLength(300);
  });
});
