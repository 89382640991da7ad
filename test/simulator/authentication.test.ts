import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../simulator/soap/signature.ts';
import {
  authHeader,
  credentials,
  envelope,
  noon,
  startMarketo,
  textOf,
  timestampOf,
} from './support.ts';

describe('the signature', () => {
  it.each([
    [
      '899756834129871744AAEE88DDCC77CDEEDEC1AAAD66',
      'bigcorp1_461839624B16E06BA2D663',
      '2010-04-09T14:04:54-07:00',
      'ffbff4d4bef354807481e66dc7540f7890523a87',
    ],
    [
      '27272727aa',
      'demo17_1_809934544BFABAE58E5D27',
      '2013-08-01T18:22:30-07:00',
      'b5e21953ae9f1b263e644da5eccce9ff33802513',
    ],
  ])('is the published one for key %s', (key, user, timestamp, signature) => {
    expect(signatureOf(key, timestamp, user)).toBe(signature);
  });
});

describe('a request', () => {
  const body =
    '<m:paramsSyncLead><leadRecord><Email>ann@example.com</Email></leadRecord><returnLead>false</returnLead></m:paramsSyncLead>';
  const send = async (header: string): Promise<string | undefined> => {
    const marketo = await startMarketo();
    const { text } = await marketo.post(envelope(header, body), {
      soapaction: '"http://www.marketo.com/mktows/syncLead"',
    });
    return textOf(text, 'code');
  };
  const header = authHeader(timestampOf(noon));

  it('with a good header passes, whatever the offset of its time', async () => {
    expect(await send(header)).toBeUndefined();
    expect(await send(authHeader('2026-01-15T11:00:00-07:00'))).toBeUndefined();
  });

  it('without the header, with it unqualified, or with a part missing is not authenticated', async () => {
    expect(await send('')).toBe('20014');
    expect(await send(header.replaceAll('m:', ''))).toBe('20014');
    expect(await send(header.replace(/<requestSignature>.*<\/requestSignature>/, ''))).toBe(
      '20014',
    );
  });

  it('of an unknown user, or signed with another key, is not authenticated', async () => {
    const time = timestampOf(noon);
    expect(await send(authHeader(time, { ...credentials, userId: 'other' }))).toBe('20014');
    expect(await send(authHeader(time, { ...credentials, encryptionKey: 'x' }))).toBe('20014');
  });

  it('signed for another time than it says is not authenticated', async () => {
    expect(await send(header.replace('T18:00:00', 'T18:00:01'))).toBe('20014');
  });

  it('has expired when it was signed more than 5 minutes ago or ahead', async () => {
    expect(await send(authHeader(timestampOf(noon - 300_000)))).toBeUndefined();
    expect(await send(authHeader(timestampOf(noon - 301_000)))).toBe('20016');
    expect(await send(authHeader(timestampOf(noon + 301_000)))).toBe('20016');
    expect(await send(authHeader('2026-13-15T18:00:00+00:00'))).toBe('20016');
  });

  it('needs its time to the second and with an offset', async () => {
    expect(await send(authHeader(new Date(noon).toISOString()))).toBe('20012');
  });
});
