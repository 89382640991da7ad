import { epochMs } from '../segment/time.ts';
import { withoutMarketoState, reject } from './sentContent.ts';
import type { PartResult } from './partResults.ts';
import {
  answerTo,
  deadLettersOf,
  pauseAfter,
  remaining,
  saysLeadGone,
  partResultOf,
} from './partResults.ts';
import { mapFields } from './registers.ts';
import type { DigestOf, Field, Incoming, Mailbox } from './leadTypes.ts';
import type { ActivityVerdict, SettleContext, Settled } from './leadVerdicts.ts';
import { without } from './without.ts';

const relations = {
  parts: 'registers',
  /** Why a register is refused that came while another lead API was in use. */
  restOnly:
    'static lists, programs, campaigns and companies are written over REST only: set marketo.api to rest, then resend this dead letter',
};

type Sent = Incoming & { readonly attempts?: number };

/** The register after Marketo took this value: pending no more, unless something else came since. */
const taken = (field: Field, sent: Incoming, now: number, digestOf: DigestOf): Field => {
  const digest = digestOf(sent.value);
  const wasSent =
    field.order === sent.order || (field.value !== undefined && digestOf(field.value) === digest);
  const register = { ...without(field, 'aside', 'attempts'), digest, sentAt: epochMs(now) };
  return wasSent ? without(register, 'value') : register;
};

const withPause = (mailbox: Mailbox, pause: NonNullable<Mailbox['pause']>): Mailbox =>
  Object.keys(pause).length > 0 ? { ...mailbox, pause } : without(mailbox, 'pause');

/**
 * Writes down what became of the registers of a call that are no fields: what Marketo took is
 * remembered as sent, what it refused is rejected for a day with a dead letter, the others go again.
 * Costs the lead's fields nothing. `told` is in the order of `sent`; absent: the lead API takes none.
 */
export const settleRelations = (
  mailbox: Mailbox,
  sent: readonly Incoming[],
  results: readonly ActivityVerdict[] | undefined,
  context: SettleContext,
): Pick<Settled, 'mailbox' | 'isAnotherLead'> & Required<Pick<Settled, 'refused'>> => {
  if (sent.length === 0) return { mailbox, refused: [] };
  const { now, lead, digestOf, timing } = context;
  const each = sent.map((one, index): PartResult<Sent> => {
    const { attempts, order } = mailbox.fields[one.name] ?? {};
    const isSame = attempts !== undefined && order === one.order;
    return partResultOf(
      { ...one, ...(isSame && { attempts }) },
      answerTo(results, index, relations),
    );
  });
  const byName = new Map(each.map((one) => [one.part.name, one]));
  const fields = mapFields(mailbox.fields, (field, name) => {
    const one = byName.get(name);
    if (one === undefined) return field;
    if (one.outcome === 'added') return taken(field, one.part, now, digestOf);
    const { attempts } = remaining(one) ?? {};
    const isSame = field.order === one.part.order;
    return isSame && attempts !== undefined ? { ...field, attempts } : field;
  });
  // Of what was refused and came anew meanwhile, the later word counts.
  const isCurrent = ({ part }: PartResult<Sent>): boolean =>
    fields[part.name]?.order === part.order;
  const refused = each.filter((one) => typeof one.outcome === 'object' && isCurrent(one));
  const until = epochMs(now + timing.refusedFirstMs);
  let left: Mailbox = { ...mailbox, fields };
  const deadLetters = deadLettersOf(refused, (parts) => ({
    lead,
    fields: parts.map(({ name, value, order }) => ({ name, value, order })),
  }));
  for (const { because, fields: given } of deadLetters) {
    const rejection = reject(left, { fields: given }, ({ value }) => ({
      because,
      digest: digestOf(value),
      until,
    }));
    left = { ...left, fields: mapFields(rejection, (field, name) => isGiven(field, name, given)) };
  }
  const isLeadGone = saysLeadGone(each);
  const known = isLeadGone ? withoutMarketoState(left) : left;
  return {
    mailbox: withPause(known, pauseAfter(mailbox.pause ?? {}, each, context)),
    refused: deadLetters,
    ...(isLeadGone && mailbox.marketoId !== undefined && { isAnotherLead: true }),
  };
};

/** Tries are counted for a value that is pending. */
const isGiven = (field: Field, name: string, given: readonly Incoming[]): Field =>
  given.some((one) => one.name === name) ? without(field, 'attempts') : field;
