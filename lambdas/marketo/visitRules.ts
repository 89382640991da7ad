import { isConsentUpdate } from '../segment/consent.ts';
import { identityOf } from '../segment/eventIdentity.ts';
import { asObject } from '../segment/json.ts';
import { visitOf } from './eventVisit.ts';
import type { JsonObject, QueuedEvent } from '../segment/event.ts';
import type { Settings } from '../settings.ts';

export type VisitRules = Pick<Settings, 'visits'>;

/** Whether the event itself says who it is of: a userId or an e-mail. */
const isIdentified = (event: QueuedEvent): boolean => {
  const { userId, email, hintEmail } = identityOf(event);
  return (userId ?? email ?? hintEmail) !== undefined;
};

/** Whether the browser plugin sends this visit through Munchkin: `integrations.Marketo.visited`. */
const isVisited = (integrations: JsonObject | undefined): boolean =>
  Object.entries(integrations ?? {}).some(
    ([key, options]) => key.toLowerCase() === 'marketo' && asObject(options)?.visited === true,
  );

/** Why the settings, or the browser, keep this event from being a visit. */
const refusalOf = (event: QueuedEvent, { visits }: VisitRules): string | undefined => {
  if (event.type === 'track' && isConsentUpdate(event.event))
    return 'a change of consent is no visit';
  if (isVisited(event.integrations)) return 'the browser plugin sends this visit';
  if (event.type !== 'track' && event.type !== 'page') return undefined;
  const which = visits[event.type];
  if (which === 'none') return `no ${event.type} is a visit (setting visits.${event.type}: none)`;
  return which === 'all' || isIdentified(event)
    ? undefined
    : `it names no userId and no e-mail (setting visits.${event.type}: identified)`;
};

/** The visit that an event becomes, unless the settings or the browser plugin say otherwise. Pure. */
export const allowedVisitOf = (
  event: QueuedEvent,
  rules: VisitRules,
): ReturnType<typeof visitOf> => {
  const dropped = refusalOf(event, rules);
  return dropped === undefined ? visitOf(event) : { dropped };
};
