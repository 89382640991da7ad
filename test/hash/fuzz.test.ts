import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { apiWith, goodToken, hashToken, nowSeconds, sha1, tokenSecret } from './support.ts';

const requests = 100_000;
const email = 'ada@example.com';
const otherSecret = 'a-secret-with-thirty-two-letterz';
const good = goodToken(email);
const parts = good.split('.');
const encoded = (text: string): string => Buffer.from(text).toString('base64url');
const withPart = (index: number, part: string): string => parts.with(index, part).join('.');
const signed = (text: string): string =>
  `${text}.${createHmac('sha256', tokenSecret).update(text).digest('base64url')}`;

const addresses = fc.nat().map((number) => `person${number}@example.com`);
const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);
const changed = fc
  .tuple(
    fc.nat(good.length - 1),
    fc.constantFrom('a', 'Z', '0', '-', '_', '.', '=', '+', ' ', 'é', '\0'),
  )
  .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1))
  .filter((token) => token !== good);

/** Kinds of texts that are no good token, each as near to one as it can be. */
const tokens: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'any text': fc.string({ unit: 'binary', maxLength: 200 }),
  'no text': fc.jsonValue({ maxDepth: 2 }).filter((value) => typeof value !== 'string'),
  'the right form': fc
    .tuple(fc.integer({ min: nowSeconds + 1, max: nowSeconds + 300 }), addresses, base64url)
    .map(([expires, address, mac]) => `v1.${expires}.${encoded(address)}.${mac}`),
  truncated: fc.nat(good.length - 1).map((length) => good.slice(0, length)),
  lengthened: fc.string({ minLength: 1, maxLength: 5 }).map((more) => good + more),
  'one letter changed': changed,
  expired: fc
    .tuple(addresses, fc.integer({ min: 1_000_000_000, max: nowSeconds }))
    .map(([address, expires]) => hashToken(address, tokenSecret, expires)),
  'good for too long': fc
    .tuple(addresses, fc.integer({ min: nowSeconds + 301, max: 9_999_999_999 }))
    .map(([address, expires]) => hashToken(address, tokenSecret, expires)),
  'of another secret': fc
    .emailAddress()
    .map((address) => hashToken(address, otherSecret, nowSeconds + 240)),
  'of another e-mail': addresses.map((address) => withPart(2, encoded(address))),
  'of the e-mail in another case': fc
    .mixedCase(fc.constant(email))
    .filter((address) => address !== email)
    .map((address) => withPart(2, encoded(address))),
  'put off': fc
    .integer({ min: nowSeconds + 1, max: nowSeconds + 300 })
    .filter((expires) => expires !== nowSeconds + 240)
    .map((expires) => withPart(1, String(expires))),
  'of another version': fc
    .constantFrom('v0', 'v2', 'V1', '1', 'v1v1', '', 'v01')
    .map((version) => signed(parts.with(0, version).slice(0, 3).join('.'))),
  'signed, but of another form': fc
    .constantFrom(
      `v1.${nowSeconds + 240}`,
      `v1.${nowSeconds + 240}.`,
      `v1.+${nowSeconds + 24}.${encoded(email)}`,
      `v1.0${nowSeconds + 240}.${encoded(email)}`,
      `v1.${nowSeconds + 240}.0.${encoded(email)}`,
      `v1.${nowSeconds + 240}.${encoded('nobody')}`,
      `v1.${nowSeconds + 240}.${encoded(email)}=`,
      `v1.${nowSeconds + 240}.${Buffer.from([0xff, 0x40, 0x61, 0x2e, 0x62]).toString('base64url')}`,
      `\nv1.${nowSeconds + 240}.${encoded(email)}`,
      `v1.${nowSeconds + 240}.${encoded(email)}\n`,
    )
    .map(signed),
};

const bodies = fc.oneof(
  { weight: 20, arbitrary: fc.oneof(...Object.values(tokens)).map((token) => ({ token })) },
  { weight: 1, arbitrary: addresses.map((address) => ({ email: address })) },
  {
    weight: 1,
    arbitrary: addresses.map((address) => ({ token: address, email: address })),
  },
);

it(
  `of ${requests} requests without a good token not one gets a hash`,
  { timeout: 120_000 },
  async () => {
    const { post } = apiWith();
    expect(JSON.parse((await post({ token: good })).body ?? '')).toEqual({ hash: sha1(email) });
    const refusal = JSON.stringify(await post({}));
    const each = 100;
    await fc.assert(
      fc.asyncProperty(fc.array(bodies, { minLength: each, maxLength: each }), async (many) => {
        for (const body of many) {
          const answer = JSON.stringify(await post(body));
          if (answer !== refusal) throw new Error(`not refused: ${answer}`);
        }
      }),
      { numRuns: requests / each },
    );
    expect(refusal).not.toMatch(/[0-9a-f]{40}/);
  },
);

it.each(Object.entries(tokens))('a token that is %s is refused', async (_kind, kind) => {
  const { post } = apiWith();
  await fc.assert(
    fc.asyncProperty(kind, async (token) => {
      expect((await post({ token })).statusCode).toBe(403);
    }),
  );
});
