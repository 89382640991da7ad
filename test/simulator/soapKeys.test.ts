import { describe, expect, it } from 'vitest';
import { attributes, cookie, startMarketo, textOf, tokenA } from './support.ts';

const start = () => startMarketo({ leadLockMs: 0 });

describe('a lead over SOAP', () => {
  it('is found by its Id before its e-mail, which renames it', async () => {
    const marketo = await start();
    marketo.simulator.createLead({ email: 'ann@example.com' });
    marketo.simulator.createLead({ email: 'bob@example.com' });
    const { text } = await marketo.syncLead('<Id>1</Id><Email>bob@example.com</Email>');
    expect(textOf(text, 'leadId')).toBe('1');
    expect(marketo.simulator.leads().map(({ email }) => email)).toEqual([
      'bob@example.com',
      'bob@example.com',
    ]);
  });

  it('is found by the foreign id, then the cookie, then the e-mail', async () => {
    const marketo = await start();
    marketo.simulator.createLead({ foreign: 'CUSTOM:7' });
    marketo.simulator.createLead({ cookies: [tokenA] });
    marketo.simulator.createLead({ email: 'ann@example.com' });
    marketo.clock.advance(1);
    const foreign =
      '<Email>ann@example.com</Email><ForeignSysPersonId>7</ForeignSysPersonId><ForeignSysType>CUSTOM</ForeignSysType>';
    const rest = `<returnLead>false</returnLead><marketoCookie>${cookie(tokenA)}</marketoCookie>`;
    expect(textOf((await marketo.syncLead(foreign, rest)).text, 'leadId')).toBe('1');
    const email = '<Email>ann@example.com</Email>';
    expect(textOf((await marketo.syncLead(email)).text, 'leadId')).toBe('1');
    marketo.simulator.changeLead(1, { email: null, cookies: [] });
    marketo.simulator.changeLead(2, { cookies: [tokenA] });
    expect(textOf((await marketo.syncLead(email, rest)).text, 'leadId')).toBe('2');
    marketo.simulator.deleteLead(2);
    expect(textOf((await marketo.syncLead(email, rest)).text, 'leadId')).toBe('3');
  });

  it('of an Id that is gone is not found, whatever its e-mail', async () => {
    const marketo = await start();
    marketo.simulator.createLead({ email: 'ann@example.com' });
    const answer = await marketo.syncLead('<Id>9</Id><Email>ann@example.com</Email>');
    expect(textOf(answer.text, 'code')).toBe('20103');
  });

  it('keeps its e-mail in syncMultipleLeads beside an Id, unless an attribute changes it', async () => {
    const marketo = await start();
    marketo.simulator.createLead({ email: 'ann@example.com' });
    const sync = (more: string) =>
      marketo.call(
        'syncMultipleLeads',
        `<leadRecordList><leadRecord><Id>1</Id><Email>anna@example.com</Email>${more}</leadRecord></leadRecordList>`,
      );
    await sync('');
    expect(marketo.simulator.leads()[0]?.email).toBe('ann@example.com');
    await sync(attributes({ Email: 'anna@example.com' }));
    expect(marketo.simulator.leads()[0]?.email).toBe('anna@example.com');
  });

  it('of an e-mail that several have is the one changed last; getLead tells all', async () => {
    const marketo = await start();
    marketo.simulator.createLead({ email: 'ann@example.com' });
    marketo.clock.advance(1_000);
    marketo.simulator.duplicateLead(1);
    marketo.clock.advance(1_000);
    marketo.simulator.changeLead(1, {});
    const key = '<leadKey><keyType>EMAIL</keyType><keyValue>ann@example.com</keyValue></leadKey>';
    const { text } = await marketo.call('getLead', key);
    expect(textOf(text, 'count')).toBe('2');
    expect(text.match(/<Id>\d/g)).toEqual(['<Id>1', '<Id>2']);
    const synced = await marketo.syncLead('<Email>ann@example.com</Email>');
    expect(textOf(synced.text, 'leadId')).toBe('1');
  });
});
