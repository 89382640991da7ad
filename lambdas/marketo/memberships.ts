import { relationName } from '../lead/relations.ts';
import type { Incoming } from '../lead/leadTypes.ts';
import { audienceOf, withoutAudience } from '../segment/audience.ts';
import type { Json, QueuedEvent } from '../segment/event.ts';
import { unknownKind } from '../segment/source.ts';
import type { Settings } from '../settings.ts';
import { leadApis } from './leadApis.ts';

export interface AudienceRules extends Partial<Pick<Settings, 'audiences'>> {
  readonly marketo?: Partial<Pick<Settings['marketo'], 'api'>>;
}

/** What an event says of audiences. */
interface Memberships {
  /** The event without what only says that an audience was entered or left: that is no field. */
  readonly event: QueuedEvent;
  readonly relations: readonly Omit<Incoming, 'order'>[];
  /** Of an audience event: it is about the person whose e-mail it carries, and is no visit. */
  readonly isAudience?: true;
  readonly leftOut: readonly { readonly trait: string; readonly because: string }[];
}

const listIdIn = (list: Json): string | undefined => {
  const text = typeof list === 'number' ? String(list) : list;
  return typeof text === 'string' && /^[1-9]\d{0,15}$/.test(text) ? text : undefined;
};

const serversOnly = 'only a server key may change static lists (setting audiences: servers)';
const restOnly = 'static lists are changed over REST only (setting marketo.api)';

/**
 * The static lists that an Engage audience event adds a person to, or removes them from, by the setting
 * `audiences`. Pure; never throws for JSON.
 */
export const membershipsOf = (
  event: QueuedEvent,
  { audiences = 'all', marketo }: AudienceRules,
): Memberships => {
  const audience = audiences === 'none' ? undefined : audienceOf(event);
  if (audience === undefined) return { event, relations: [], leftOut: [] };
  const { key, list, isMember } = audience;
  const id = listIdIn(list);
  const isServers = (event.source?.kind ?? unknownKind) === 'server';
  const because = [
    marketo?.api !== undefined && !leadApis[marketo.api].hasRelations && restOnly,
    audiences === 'servers' && !isServers && serversOnly,
    id === undefined && 'context.personas.external_audience_id is not the id of a static list',
    typeof isMember !== 'boolean' &&
      'does not say true or false, so nobody enters or leaves a list',
  ].find((reason) => reason !== false);
  const about = { event: withoutAudience(event, audience), isAudience: true } as const;
  return because !== undefined || id === undefined || typeof isMember !== 'boolean'
    ? { ...about, relations: [], leftOut: [{ trait: key, because: because ?? '' }] }
    : {
        ...about,
        relations: [{ name: relationName({ kind: 'list', id }), value: isMember }],
        leftOut: [],
      };
};
