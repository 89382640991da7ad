import { isLeadField, targetOf } from '../../lambdas/lead/relations.ts';
import type { RelationKind } from '../../lambdas/lead/relations.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { Field, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import type { ActivityVerdict, Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { Character } from './character.ts';
import { noFaults } from './quiet.ts';
import type { RelationsOf } from './relationNames.ts';
import type { PlantedFault } from './plantedFaultTools.ts';
import {
  both,
  dyingInCalls,
  isSettling,
  nothingComesAgain,
  onAnswers,
  onMailboxes,
  onSync,
  withFields,
} from './plantedFaultTools.ts';

const lost = 'no accepted event is lost';
const winner = 'Marketo ends with the winner of each membership, status, member field and link';

/** Worlds whose events are about these. */
const about = (...relations: readonly RelationsOf[]): Partial<Omit<Character, 'rates'>> => ({
  api: 'rest',
  people: 2,
  events: 10,
  relations,
  relationEvents: 40,
  newEmails: 'none',
  hasPoison: false,
  isQuotaShort: false,
});

const isOf = (kind: RelationKind, name: string): boolean => targetOf(name)?.kind === kind;

const ofKind = (
  mailbox: Mailbox,
  kind: RelationKind,
  change: (field: Field, name: string) => Field,
): Mailbox =>
  withFields(mailbox, (field, name) => (isOf(kind, name) ? change(field, name) : field));

/** What is answered for relations, by the name of each. */
const onRelationAnswers = (
  change: (verdict: ActivityVerdict, name: string) => ActivityVerdict,
): NonNullable<PlantedFault['ports']> =>
  onAnswers((answer, call) =>
    'whole' in answer
      ? answer
      : {
          ...answer,
          each: answer.each.map((verdict, at) =>
            verdict.kind === 'synced' && verdict.relations
              ? {
                  ...verdict,
                  relations: verdict.relations.map((one, place) =>
                    change(one, call[at]?.relations?.[place]?.name ?? ''),
                  ),
                }
              : verdict,
          ),
        },
  );

const withRelations = (
  update: Update,
  change: (
    one: NonNullable<Update['relations']>[number],
  ) => NonNullable<Update['relations']>[number],
): Update => (update.relations ? { ...update, relations: update.relations.map(change) } : update);

/** Registers of this kind are not kept once Marketo has them. */
const forgetting = (kind: RelationKind): NonNullable<PlantedFault['ports']> =>
  onMailboxes((mailbox, before) =>
    isSettling(mailbox, before)
      ? {
          ...mailbox,
          fields: Object.fromEntries(
            Object.entries(mailbox.fields).filter(
              ([name, { value }]) => !isOf(kind, name) || value !== undefined,
            ),
          ),
        }
      : mailbox,
  );

/** Faults of what is no field of a lead. */
export const relationPlantedFaults: Readonly<Record<string, PlantedFault>> = {
  'a list that nobody leaves': {
    breaks: winner,
    ports: onSync(
      (sync) =>
        (call, ...rest) =>
          sync(
            call.map((update) =>
              withRelations(update, (one) =>
                isOf('list', one.name) ? { ...one, value: true } : one,
              ),
            ),
            ...rest,
          ),
    ),
    character: about('lists'),
  },
  'a membership that came during a call taken as sent with it': {
    breaks: winner,
    ports: onMailboxes((mailbox, before) =>
      isSettling(mailbox, before)
        ? ofKind(mailbox, 'list', (field) => without(field, 'value'))
        : mailbox,
    ),
    rates: nothingComesAgain,
    character: about('lists'),
  },
  'a status that is forgotten once Marketo has it': {
    breaks: 'an older word of a relation never goes after a newer one',
    ports: forgetting('program'),
    character: about('programs'),
  },
  'a refused value of a member taken as written': {
    breaks: lost,
    ports: onRelationAnswers((verdict, name) =>
      isOf('member', name) && verdict.kind === 'refused' ? { kind: 'added' } : verdict,
    ),
    character: about('programs'),
  },
  'requests of a campaign that share the tokens of the first': {
    breaks: 'a request of a campaign goes to its lead, with its own tokens',
    ports: onSync((sync) => (call, ...rest) => {
      const first = call
        .flatMap(({ relations = [] }) => relations)
        .find(({ name }) => isOf('campaign', name));
      return sync(
        call.map((update) =>
          withRelations(update, (one) =>
            first && isOf('campaign', one.name) ? { ...one, value: first.value } : one,
          ),
        ),
        ...rest,
      );
    }),
    character: about('campaigns'),
  },
  'a request of a campaign that is forgotten once it has gone': {
    breaks: 'nothing goes out twice where nothing fails',
    ports: forgetting('campaign'),
    rates: { ...noFaults, duplicates: 0.4 },
    character: about('campaigns'),
  },
  'a company that keeps what was said first': {
    breaks: 'a company ends with the winner of each value',
    ports: onMailboxes((mailbox, before) =>
      ofKind(mailbox, 'company', (field, name) => before.fields[name] ?? field),
    ),
    character: about('companies'),
  },
  'a link to a company that Marketo does not have, taken as made': {
    breaks: lost,
    ports: onRelationAnswers((verdict, name) =>
      isOf('link', name) && verdict.kind === 'retry' ? { kind: 'added' } : verdict,
    ),
    rates: nothingComesAgain,
    character: about('companies'),
  },
  'the relations of a call whose worker died taken as gone': {
    breaks: lost,
    ports: both(
      onMailboxes((mailbox, before) =>
        before.owner !== undefined && mailbox.owner !== undefined && mailbox.owner !== before.owner
          ? withFields(mailbox, (field, name) =>
              isLeadField(name) ? field : without(field, 'value'),
            )
          : mailbox,
      ),
      dyingInCalls(0.3),
    ),
    character: about('lists', 'programs', 'campaigns', 'companies'),
  },
};
