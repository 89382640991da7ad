import { emailIn } from '../segment/email.ts';
import type { Json, JsonObject, QueuedEvent } from '../segment/event.ts';
import { identityOf } from '../segment/eventIdentity.ts';
import { isObject } from '../segment/json.ts';
import { looseValues } from '../segment/looseKey.ts';
import { rememberedLooseKey as looseKey } from '../segment/looseKeyMemo.ts';
import { hasParts } from './fieldsNames.ts';
import { namingBy } from './fieldsNaming.ts';
import type { FieldRules } from './fieldsNaming.ts';
import type { Claim, Outcome } from './fieldsRules.ts';

/** Nobody asked for the field of the event's own userId: it goes where Marketo has one. */
export const userIdField = 'UserId';

/**
 * Every trait of an identify as claims on fields, or the reason why it claims none. The settings'
 * map comes first; it may name a whole trait, a part of an object (`address.city`) or the userId.
 *
 * The field Email is the e-mail that names the lead, so that a change of its letter case travels. A
 * userId that looks like an e-mail never fills it: the lead may have got another one since.
 *
 * `takes`: traits, and parts of them, that rules of the mapping send, loosely spelled.
 */
export const claimsOf = (
  event: QueuedEvent,
  rules: FieldRules,
  takes: ReadonlySet<string> = new Set(),
): Outcome => {
  const { email } = identityOf(event);
  const { mapped, byRule, fieldNamed } = namingBy(rules);

  const byMap = (
    trait: string,
    value: Json | undefined,
    near: Claim['near'] = 'mapped by the settings',
  ): Outcome | undefined => {
    const found = mapped(trait);
    if (found === undefined) return undefined;
    if (found.to === false) return [{ trait, because: 'fieldMap drops it' }];
    return [{ trait, field: found.to, value, near, exact: found.exact }];
  };

  const ofObject = (trait: string, object: JsonObject): Outcome => {
    const parts = Object.entries(object).map(([key, value]) => {
      const path = `${trait}.${key}`;
      return { key, path, value, outcome: byMap(path, value, 'a part that the settings map') };
    });
    const named = parts.flatMap(({ outcome }) => outcome ?? []);
    const others = parts.filter(
      ({ path, outcome }) => outcome === undefined && !takes.has(looseKey(path)),
    );
    if (hasParts(trait) && parts.length > 0) {
      const ruled = others.flatMap(({ path, value }) => byRule(path, value, 'part'));
      return [...named, ...ruled];
    }
    if (others.length === 0 && parts.length > 0) return named;
    const rest = Object.fromEntries(others.map(({ key, value }) => [key, value]));
    return [...named, ...byRule(trait, rest)];
  };

  const ofTrait = ([trait, value]: [string, Json]): Outcome => {
    if (trait === 'userId' && event.userId !== undefined)
      return [{ trait, because: 'the event itself names the userId' }];
    if (takes.has(looseKey(trait))) return [];
    const named = byMap(trait, value);
    if (named !== undefined) return named;
    if (looseKey(trait) === 'email' && emailIn(value) !== undefined && emailIn(value) !== email)
      return [{ trait, because: 'another e-mail of the event names the lead' }];
    return isObject(value) ? ofObject(trait, value) : byRule(trait, value);
  };

  const ofUserId = (value: string | undefined): Outcome => {
    if (value === undefined) return [];
    const trait = 'userId';
    const near = 'the event itself';
    const field = fieldNamed(userIdField);
    return byMap(trait, value) ?? [{ trait, field, value, near, exact: true }];
  };

  const ofContext = (): Outcome => {
    if (email === undefined || looseValues(event.traits, 'email').map(emailIn).includes(email))
      return [];
    const near = 'the context';
    return (
      byMap('email', email, near) ?? [
        { trait: 'email', field: 'Email', value: email, near, exact: true },
      ]
    );
  };

  const traits = Object.entries(event.traits ?? {}).flatMap(ofTrait);
  return [...ofUserId(event.userId), ...traits, ...ofContext()];
};
