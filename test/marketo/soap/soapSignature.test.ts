import { describe, expect, it } from 'vitest';
import { requestSignature, requestTimestamp } from '../../../lambdas/marketo/soap/soapSignature.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';

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
  ])('is the one that Marketo documents for the key %s', (key, user, timestamp, signature) => {
    expect(requestSignature(key, user, timestamp)).toBe(signature);
  });

  it('is made for a time to the second, in UTC, with an offset', () => {
    const at = epochMs(Date.parse('2013-08-01T18:22:30.987-07:00'));
    expect(requestTimestamp(at)).toBe('2013-08-02T01:22:30+00:00');
  });
});
