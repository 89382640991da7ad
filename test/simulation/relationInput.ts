import { relationName } from '../../lambdas/lead/relations.ts';
import type { FieldValue } from '../../lambdas/lead/leadTypes.ts';
import { stamp } from '../../lambdas/ingest/stamp.ts';
import type { JsonObject, QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Character } from './character.ts';
import type { Dice } from './dice.ts';
import type { Posted } from './input.ts';
import { badStart, maxLateMs } from './input.ts';
import type { RelationsOf } from './relationNames.ts';
import {
  campaign,
  linkRegister,
  listOfAudience,
  listOfRule,
  noCampaign,
  noList,
  noteRegister,
  statuses,
  statusRegister,
} from './relationNames.ts';
import { asked, askedWrongly, registered, switched } from './relationRules.ts';
import { createSenders } from './senders.ts';

type InputOptions = Pick<
  Character,
  'people' | 'hasPoison' | 'newEmails' | 'skewMs' | 'hasServers' | 'relations'
>;

/** The first of their numbers: those of the other events are smaller. */
export const firstRelationEvent = 10_000;

/** One event, before its person is known, and what is to come of it. */
interface Said {
  readonly content: Pick<QueuedEvent, 'type' | 'event' | 'traits' | 'properties' | 'groupId'>;
  readonly personas?: JsonObject;
  readonly fields: readonly { readonly name: string; readonly value: FieldValue }[];
  readonly company?: Posted['company'];
  /** The register of its request, once its message is known. */
  readonly request?: { readonly campaign: number; readonly tokens: string };
  /** It may come without an e-mail: no other event writes its registers. */
  readonly isOwn?: true;
}

/** Makes the events of a world that change lists, programs, campaigns and companies. */
export const createRelationInput = (dice: Dice, options: InputOptions) => {
  const { people, skewMs, hasServers, relations } = options;
  const { emailOf, idsOf } = createSenders(dice, options);

  const some = (what: string): string => `${what} ${dice.whole(3)}`;
  const good = (what: string): string => (dice.chance(0.07) ? badStart : '') + some(what);

  const audienceOf = (): Said => {
    const list = dice.chance(0.06) ? noList : listOfAudience;
    const key = 'big_spenders';
    const value = dice.chance(0.5);
    const personas = {
      computation_class: 'audience',
      computation_key: key,
      external_audience_id: String(list),
    };
    return {
      content: dice.chance(0.5)
        ? { type: 'identify', traits: { [key]: value } }
        : { type: 'track', event: 'Audience Entered', properties: { [key]: value } },
      personas,
      fields: [{ name: relationName({ kind: 'list', id: String(list) }), value }],
    };
  };

  const kinds: Readonly<Record<RelationsOf, () => Said>> = {
    lists: () => {
      if (dice.chance(0.5)) return audienceOf();
      const value = dice.chance(0.5);
      return {
        content: { type: 'track', event: switched, properties: { isMember: value } },
        fields: [{ name: `list:${listOfRule}`, value }],
      };
    },
    programs: () => {
      const status = dice.chance(0.05)
        ? `${badStart} status`
        : (statuses[dice.whole(statuses.length)] ?? '');
      const note = dice.chance(0.5) ? good('note') : undefined;
      return {
        content: {
          type: 'track',
          event: registered,
          properties: { status, ...(note !== undefined && { note }) },
        },
        fields: [
          { name: statusRegister, value: status },
          ...(note === undefined ? [] : [{ name: noteRegister, value: note }]),
        ],
      };
    },
    campaigns: () => {
      const choice = some('choice');
      const isWrong = dice.chance(0.1);
      return {
        content: {
          type: 'track',
          event: isWrong ? askedWrongly : asked,
          properties: { choice },
        },
        fields: [],
        request: {
          campaign: isWrong ? noCampaign : campaign,
          tokens: JSON.stringify({ 'my.choice': choice }),
        },
        isOwn: true,
      };
    },
    companies: () => {
      const id = `company-${dice.whole(3)}`;
      const traits = {
        ...(dice.chance(0.6) && { name: some('name') }),
        ...(dice.chance(0.6) && { industry: good('industry') }),
      };
      return {
        content: { type: 'group', groupId: id, traits },
        fields: [{ name: linkRegister, value: id }],
        company: {
          id,
          values: [
            { name: 'company:externalCompanyId', value: id },
            ...(traits.name ? [{ name: 'company:company', value: traits.name }] : []),
            ...(traits.industry ? [{ name: 'company:industry', value: traits.industry }] : []),
          ],
        },
      };
    },
  };

  /** The event with this number, received at about this time. */
  return (index: number, now: number): Posted => {
    const who = dice.whole(people);
    const ids = idsOf(who);
    const address = emailOf(who, ids.userId !== undefined);
    const receivedAt = epochMs(Math.round(now + dice.upTo(2 * skewMs) - skewMs));
    const late = dice.upTo(dice.chance(0.3) ? maxLateMs : 2_000);
    const kind = relations[dice.whole(relations.length)] ?? 'lists';
    const { content, personas, fields, company, request, isOwn } = kinds[kind]();
    const email = isOwn && dice.chance(0.3) ? undefined : address;
    const { event, group } = stamp(
      {
        ...content,
        ...ids,
        messageId: `message-${index}`,
        source: { name: 'world', kind: hasServers && dice.chance(0.5) ? 'server' : 'browser' },
        timestamp: epochMs(Math.round(receivedAt - late)),
        receivedAt,
        context: {
          ...(email !== undefined && { traits: { email } }),
          ...(personas && { personas }),
        },
      },
      index % 3,
    );
    const requested = request && {
      name: relationName({
        kind: 'campaign',
        id: `${request.campaign}/${event.messageHash}`,
      }),
      value: request.tokens,
    };
    return {
      event,
      group,
      fields: requested ? [requested] : fields,
      isVisit: false,
      isActivity: false,
      ...(company && { company }),
      ...(email !== undefined && { email }),
    };
  };
};
