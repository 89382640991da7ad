import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { soapLimits } from '../../../lambdas/limits.ts';
import { recordsIn } from './parsed.ts';
import {
  credentials,
  now,
  scriptedMarketo,
  syncLeadAnswer,
  syncMultipleAnswer,
} from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);

const sentFor = async (...updates: readonly Update[]) => {
  marketo.script(
    updates.length === 1
      ? syncLeadAnswer(1, 'UPDATED')
      : syncMultipleAnswer(...updates.map((_, index) => [index + 1, 'UPDATED'] as const)),
  );
  await marketo.client().sync(updates, deadline);
  const last = marketo.received().at(-1);
  if (!last) throw new Error('nothing was sent');
  return last;
};

const timestamp = '2026-01-02T03:04:05+00:00';
const signature = createHmac('sha1', credentials.encryptionKey)
  .update(timestamp + credentials.userId)
  .digest('hex');
const authentication = `<mkt:AuthenticationHeader><mktowsUserId>demo17_1&amp;more</mktowsUserId><requestSignature>${signature}</requestSignature><requestTimestamp>${timestamp}</requestTimestamp></mkt:AuthenticationHeader>`;
const request = (header: string, operation: string, children: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"  xmlns:mkt="http://www.marketo.com/mktows/"><soap:Header>${header}</soap:Header><soap:Body><mkt:${operation} xmlns:mkt="http://www.marketo.com/mktows/">${children}</mkt:${operation}></soap:Body></soap:Envelope>`;
const attribute = (name: string, value: string): string =>
  `<attribute><attrName>${name}</attrName><attrValue>${value}</attrValue></attribute>`;

describe('a planned call', () => {
  it('is a request of as many bytes as the plan allows, and little more for its envelope', async () => {
    const fields = { Notes: '&'.repeat(1_000), Company: '汉'.repeat(300) };
    const updates = Array.from({ length: 300 }, (_, index) => updateOf(`lead${index}`, fields));
    const [call = []] = marketo.client().plan(updates);
    const { body } = await sentFor(...call);
    expect(call.length).toBeLessThan(300);
    expect(Buffer.byteLength(body)).toBeGreaterThan(soapLimits.bodyBytes - 10_000);
    expect(Buffer.byteLength(body)).toBeLessThan(soapLimits.bodyBytes + 2_000);
  });
});

describe('a lead alone', () => {
  it('goes through syncLead, word for word', async () => {
    const update = updateOf(
      'ada@example.com',
      { FirstName: 'Ada', LastName: 'Lovelace' },
      { cookie: '_mch-example.com-1374552656411-90718' },
    );
    const { method, path, headers, body } = await sentFor(update);
    expect([method, path]).toEqual(['POST', '/soap/mktows/3_1']);
    expect(headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(headers.soapaction).toBe('"http://www.marketo.com/mktows/syncLead"');
    expect(headers.connection).toBe('close');
    expect(body).toBe(
      request(
        authentication,
        'paramsSyncLead',
        `<leadRecord><Email>ada@example.com</Email><leadAttributeList>${attribute('FirstName', 'Ada')}${attribute('LastName', 'Lovelace')}</leadAttributeList></leadRecord><returnLead>false</returnLead><marketoCookie>id:561-HYG-937&amp;token:_mch-example.com-1374552656411-90718</marketoCookie>`,
      ),
    );
  });

  it('without a cookie and without fields sends neither', async () => {
    const { body } = await sentFor(updateOf('ada@example.com'));
    expect(body).toBe(
      request(
        authentication,
        'paramsSyncLead',
        '<leadRecord><Email>ada@example.com</Email></leadRecord><returnLead>false</returnLead>',
      ),
    );
  });

  it('names the workspace for new leads in a second header', async () => {
    marketo.script(syncLeadAnswer(1, 'CREATED'));
    const client = marketo.client({ workspace: 'R & D' });
    await client.sync([updateOf('ada@example.com')], deadline);
    expect(marketo.received()[0]?.body).toContain(
      `<soap:Header>${authentication} <mkt:MktowsContextHeader><targetWorkspace>R &amp; D</targetWorkspace></mkt:MktowsContextHeader></soap:Header>`,
    );
  });

  it('is every lead where a workspace is set, since syncMultipleLeads cannot name one', () => {
    const updates = [updateOf('a@example.com'), updateOf('b@example.com')];
    expect(marketo.client({ workspace: 'EMEA' }).plan(updates)).toEqual(
      updates.map((update) => [update]),
    );
    expect(marketo.client().plan(updates)).toEqual([updates]);
  });
});

describe('several leads', () => {
  it('go through syncMultipleLeads, word for word', async () => {
    const { headers, body } = await sentFor(
      updateOf('ada@example.com', { FirstName: 'Ada' }),
      updateOf('bob@example.com'),
    );
    expect(headers.soapaction).toBe('"http://www.marketo.com/mktows/syncMultipleLeads"');
    expect(body).toBe(
      request(
        authentication,
        'paramsSyncMultipleLeads',
        `<leadRecordList><leadRecord><Email>ada@example.com</Email><leadAttributeList>${attribute('FirstName', 'Ada')}</leadAttributeList></leadRecord><leadRecord><Email>bob@example.com</Email></leadRecord></leadRecordList><dedupEnabled>true</dedupEnabled>`,
      ),
    );
  });

  it('may be 300', async () => {
    const leads = Array.from({ length: 300 }, (_, index) =>
      updateOf(`lead${index}@example.com`, { Index: index }),
    );
    const { body } = await sentFor(...leads);
    expect(recordsIn(body).map(({ Email }) => Email)).toEqual(leads.map(({ email }) => email));
  });

  it.each([
    ['none', [], RangeError],
    [
      '301',
      Array.from({ length: 301 }, (_, index) => updateOf(`lead${index}@example.com`)),
      RangeError,
    ],
    [
      'one with a cookie among others',
      [updateOf('a', {}, { cookie: '_mch-x-1-abcd' }), updateOf('b')],
      TypeError,
    ],
  ])('that plan() does not put together (%s) are an error of ours', async (_what, call, kind) => {
    await expect(marketo.client().sync(call, deadline)).rejects.toThrow(kind);
    expect(marketo.received()).toHaveLength(0);
  });
});
