import type { ConsentRules } from '../../lambdas/segment/consent.ts';

/** The settings' way to say that consent is not checked. */
export const consentUnchecked: ConsentRules = { categories: [], whenAbsent: 'send' };
