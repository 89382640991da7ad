import { describe, expect, it } from 'vitest';
import {
  attributes,
  cookie,
  record,
  records,
  startMarketo,
  textOf,
  tokenA,
  tokenB,
} from './support.ts';

const rest = 31_000;
const withCookie = (token: string): string =>
  `<returnLead>false</returnLead><marketoCookie>${cookie(token)}</marketoCookie>`;

describe('matching', () => {
  it('finds a lead by its e-mail whatever the case, and keeps the last spelling', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('Ann@Example.com', { City: 'Bern', Phone: '1' }));
    marketo.clock.advance(rest);
    const { text } = await marketo.syncLead(record('ann@example.COM', { City: 'Chur' }));
    expect(textOf(text, 'status')).toBe('UPDATED');
    expect(marketo.simulator.leads()).toMatchObject([
      { id: 1, email: 'ann@example.COM', fields: { City: 'Chur', Phone: '1' } },
    ]);
  });

  it('puts the cookie before the e-mail: the cookie’s lead gets the new e-mail', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'), withCookie(tokenA));
    await marketo.syncLead(record('bob@example.com'));
    marketo.clock.advance(rest);
    const { text } = await marketo.syncLead(record('bob@example.com'), withCookie(tokenA));
    expect(textOf(text, 'leadId')).toBe('1');
    expect(marketo.simulator.leads().map(({ email }) => email)).toEqual([
      'bob@example.com',
      'bob@example.com',
    ]);
  });

  it('puts the foreign id before the cookie, and Id before all', async () => {
    const marketo = await startMarketo();
    const foreign =
      '<ForeignSysPersonId>7</ForeignSysPersonId><ForeignSysType>CUSTOM</ForeignSysType>';
    await marketo.syncLead(foreign);
    await marketo.syncLead(record('ann@example.com'), withCookie(tokenA));
    marketo.clock.advance(rest);
    const byForeign = await marketo.syncLead(foreign, withCookie(tokenA));
    expect(textOf(byForeign.text, 'leadId')).toBe('1');
    marketo.clock.advance(rest);
    const byId = await marketo.syncLead(`<Id>2</Id>${foreign}`, withCookie(tokenA));
    expect(textOf(byId.text, 'leadId')).toBe('2');
  });

  it('gives a cookie to the lead that was last synced with it', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'), withCookie(tokenB));
    await marketo.syncLead(record('bob@example.com'));
    marketo.clock.advance(rest);
    await marketo.syncLead('<Id>2</Id>', withCookie(tokenB));
    expect(marketo.simulator.leads()).toMatchObject([
      { id: 1, cookies: [] },
      { id: 2, cookies: [tokenB] },
    ]);
  });

  it('refuses an Id that no lead has', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { City: 'Bern' }));
    marketo.clock.advance(rest);
    const { text } = await marketo.syncLead(`<Id>9</Id>${record('ann@example.com', { City: '' })}`);
    expect(textOf(text, 'code')).toBe('20103');
    expect(marketo.simulator.leads()).toMatchObject([{ id: 1, fields: { City: 'Bern' } }]);
  });

  it('makes duplicates where many leads come without dedupEnabled', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'));
    marketo.clock.advance(rest);
    const list = records(record('ann@example.com'));
    await marketo.call('syncMultipleLeads', list.replace('>true<', '>false<'));
    expect(marketo.simulator.leads()).toHaveLength(2);
    marketo.clock.advance(rest);
    await marketo.call('syncMultipleLeads', list);
    expect(marketo.simulator.leads()).toHaveLength(2);
    expect(marketo.simulator.leads()[1]?.updatedAt).toBe(marketo.clock.now());
  });
});

describe('fields', () => {
  it('that nobody knows fail the whole call, all of them named', async () => {
    const marketo = await startMarketo();
    const answer = await marketo.syncLead(
      record('ann@example.com', { City: 'Bern', pants: 'x', UserId: 'u', plan: 'y' }),
    );
    expect(answer.status).toBe(500);
    expect(textOf(answer.text, 'faultstring')).toBe('20105 - Lead Attribute Bad');
    expect(textOf(answer.text, 'message')).toBe(
      'syncLead operation failed: unknown fields for import: pants, UserId, plan (20105)',
    );
    const many = await marketo.call(
      'syncMultipleLeads',
      records(record('a@example.com'), record('b@example.com', { pants: 'x' })),
    );
    expect(textOf(many.text, 'code')).toBe('20105');
    expect(marketo.simulator.leads()).toEqual([]);
  });

  it('can be set to an empty string, which clears them', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { City: 'Bern', Logins: '3' }));
    marketo.clock.advance(rest);
    const { status } = await marketo.syncLead(record('ann@example.com', { City: '', Logins: '' }));
    expect(status).toBe(200);
    expect(marketo.simulator.leads()[0]?.fields).toEqual({});
  });

  it('that are read-only keep their value', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { InferredCountry: 'CH' }));
    expect(marketo.simulator.leads()[0]?.fields).toEqual({});
  });

  it('can be added to the instance', async () => {
    const marketo = await startMarketo({
      schema: { fields: [{ name: 'UserId', dataType: 'string' }] },
    });
    await marketo.syncLead(record('ann@example.com', { UserId: 'u1' }));
    expect(marketo.simulator.leads()[0]?.fields).toEqual({ UserId: 'u1' });
  });

  const fields = [
    { name: 'When', dataType: 'datetime' },
    { name: 'Price', dataType: 'currency' },
  ] as const;

  it.each([
    ['NumberOfEmployees', '14.1', '14'],
    ['NumberOfEmployees', '9999999999', '-3'],
    ['DateofBirth', '2010-02-30', '2010-05-07'],
    ['DateofBirth', '2010-05-07T00:00:00Z', '2010-05-07'],
    ['When', '2010-05-07 15:41', '2010-05-07T15:41:32-05:00'],
    ['When', '2010-02-30T15:41:32Z', '2010-05-07T15:41:32Z'],
    ['Price', '1,200', '1200.50'],
    ['Unsubscribed', 'yes', 'true'],
    ['Email', 'no mail', 'ann@example.org'],
    ['Website', 'a b', 'example.com'],
    ['City', 'x'.repeat(256), 'x'.repeat(255)],
  ])('of %s cannot be %s but can be %s', async (name, bad, good) => {
    const marketo = await startMarketo({ schema: { fields: [...fields] } });
    const refused = await marketo.syncLead(record('ann@example.com', { [name]: bad, State: 'BE' }));
    expect(textOf(refused.text, 'code')).toBe('20106');
    expect(textOf(refused.text, 'message')).toContain(`Invalid value for field '${name}'`);
    expect(marketo.simulator.leads()).toEqual([]);
    marketo.clock.advance(rest);
    expect((await marketo.syncLead(record('ann@example.com', { [name]: good }))).status).toBe(200);
  });

  it('of the type boolean take 1 and 0 and keep true and false', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { Unsubscribed: '1', DoNotCall: 'FALSE' }));
    expect(marketo.simulator.leads()[0]?.fields).toEqual({
      Unsubscribed: 'true',
      DoNotCall: 'false',
    });
  });

  it('with a bad value cost their record among many, and no other', async () => {
    const marketo = await startMarketo();
    const { status, text } = await marketo.call(
      'syncMultipleLeads',
      records(
        record('a@example.com', { City: 'Bern' }),
        record('b@example.com', { Logins: 'many' }),
        '<Id>77</Id>',
        record('no mail'),
        record('c@example.com'),
      ),
    );
    expect(status).toBe(200);
    expect([...text.matchAll(/<status>(\w+)</g)].map((match) => match[1])).toEqual([
      'CREATED',
      'FAILED',
      'FAILED',
      'FAILED',
      'CREATED',
    ]);
    expect(textOf(text, 'error')).toContain("Invalid value for field 'Logins'");
    expect(marketo.simulator.leads().map(({ email }) => email)).toEqual([
      'a@example.com',
      'c@example.com',
    ]);
    expect(marketo.simulator.calls()[0]?.results).toEqual([
      'CREATED',
      'FAILED',
      'FAILED',
      'FAILED',
      'CREATED',
    ]);
  });
});

describe('looking', () => {
  it('returns the lead of a sync when asked', async () => {
    const marketo = await startMarketo();
    const { text } = await marketo.syncLead(
      record('ann@example.com', { City: 'a &lt; b' }),
      '<returnLead>true</returnLead>',
    );
    expect(text).toContain('<Email>ann@example.com</Email>');
    expect(text).toContain(
      '<attribute><attrName>City</attrName><attrType>string</attrType><attrValue>a &lt; b</attrValue></attribute>',
    );
  });

  it('finds a lead by e-mail, id and cookie', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'), withCookie(tokenA));
    const get = (type: string, value: string) =>
      marketo.call(
        'getLead',
        `<leadKey><keyType>${type}</keyType><keyValue>${value}</keyValue></leadKey>`,
      );
    for (const [type, value] of [
      ['EMAIL', 'ANN@example.com'],
      ['IDNUM', '1'],
      ['COOKIE', cookie(tokenA)],
      ['COOKIE', tokenA],
    ] as const) {
      const { text } = await get(type, value);
      expect(textOf(text, 'count')).toBe('1');
      expect(textOf(text, 'Email')).toBe('ann@example.com');
    }
    expect(textOf((await get('EMAIL', 'x@example.com')).text, 'code')).toBe('20103');
    expect(textOf((await get('SFDCLEADID', '1')).text, 'code')).toBe('20103');
    expect(textOf((await get('NAME', 'Ann')).text, 'code')).toBe('20102');
    expect(textOf((await marketo.call('getLead', '')).text, 'code')).toBe('20101');
  });

  it('lists the fields of leads, standard and custom', async () => {
    const marketo = await startMarketo();
    const { text } = await marketo.call('describeMObject', '<objectName>LeadRecord</objectName>');
    const names = [...text.matchAll(/<field><name>([^<]+)</g)].map((match) => match[1]);
    expect(names).toEqual(expect.arrayContaining(['Email', 'DateofBirth', 'SICCode', 'Plan']));
    expect(names).not.toContain('UserId');
    expect(names).not.toContain('null');
    const other = await marketo.call('describeMObject', '<objectName>Program</objectName>');
    expect(textOf(other.text, 'code')).toBe('20110');
  });

  it('shows leads and calls as JSON, of all or of one e-mail', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(`<Email>ann@example.com</Email>${attributes({ City: 'Bern' })}`);
    await marketo.syncLead(record('bob@example.com', { pants: 'x' }));
    await marketo.syncLead(record('bob@example.com'));
    const leads = await marketo.get('/simulator/leads?email=ANN@example.com');
    const at = marketo.clock.now();
    expect(JSON.parse(leads.text)).toEqual([
      {
        id: 1,
        email: 'ann@example.com',
        foreign: null,
        fields: { City: 'Bern' },
        cookies: [],
        createdAt: at,
        updatedAt: at,
      },
    ]);
    const calls = await marketo.get('/simulator/calls');
    expect(JSON.parse(calls.text)).toMatchObject([
      { operation: 'syncLead', leads: ['ann@example.com'], status: 200, code: null, worked: true },
      {
        operation: 'syncLead',
        leads: ['bob@example.com'],
        status: 500,
        code: '20105',
        worked: false,
      },
      { at, endedAt: at, leads: ['bob@example.com'], results: ['CREATED'], lockBreach: false },
    ]);
  });
});
