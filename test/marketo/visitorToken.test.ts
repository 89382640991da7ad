import { expect, it } from 'vitest';
import { derivedToken } from '../../lambdas/marketo/visitorToken.ts';
import { cookieToken } from '../../lambdas/segment/cookie.ts';

it('one id always makes one token, in the form of Munchkin’s cookies', () => {
  const token = derivedToken('example.com', 'u', 'u-1');
  expect(token).toBe('_mch-example.com-f335312352f6c28378fc5d417ef2fd05');
  expect(cookieToken(`id:561-HYG-937&token:${token}`)).toBe(token);
});

it('a userId and an anonymousId of the same text are two visitors', () => {
  expect(derivedToken('e', 'u', '1')).not.toBe(derivedToken('e', 'a', '1'));
});
