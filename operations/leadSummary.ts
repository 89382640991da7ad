import { noEmail } from '../lambdas/lead/keys.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Wait } from './leadWait.ts';
import { waitText } from './leadWait.ts';
import { counted, listOf, momentOf, sentence } from './summaryWords.ts';
import type { LeadView } from './views.ts';

/** What the answer to "why is Jake not in Marketo?" follows from. */
export interface Standing extends Pick<
  LeadView,
  'now' | 'fields' | 'cookies' | 'activities' | 'dead'
> {
  /** No lead is known: what there is, is held at a key. */
  readonly isNobodys: boolean;
  /** Absent where nothing is pending. */
  readonly wait?: Wait | undefined;
  /** When what is held becomes a dead letter. */
  readonly heldUntil?: EpochMs | undefined;
  /** When the user was deleted, if nobody has named them since. */
  readonly deletedAt?: EpochMs | undefined;
  /** When consent was refused last, as far as the lead or the key knows. */
  readonly withdrawnAt?: EpochMs | undefined;
}

type State = 'waiting' | 'held';

/** The things in this state, counted: `2 fields and 1 cookie`; empty where there are none. */
const thingsIn = ({ fields, cookies, activities }: Standing, wanted: State): string => {
  const count = (things: readonly { readonly state: string }[]): number =>
    things.filter(({ state }) => state === wanted).length;
  const things = [
    [count(fields), 'field', 'fields'],
    [count(activities), 'activity', 'activities'],
    [count(cookies), 'cookie', 'cookies'],
  ] as const;
  return listOf(
    things.flatMap(([some, one, many]) => (some > 0 ? [counted(some, one, many)] : [])),
  );
};

const isOne = (things: string): boolean => /^1 \w+$/.test(things);

const heldText = (held: string, { heldUntil, now }: Standing): string => {
  const [are, they] = isOne(held) ? ['is', 'it becomes'] : ['are', 'they become'];
  const end =
    heldUntil === undefined
      ? 'the first event that names one moves what is held to its lead'
      : `unless an event names one, ${they} a dead letter at ${momentOf(heldUntil, now)}`;
  return `${held} ${are} held: ${noEmail}; ${end}`;
};

const nothingText = (standing: Standing): string => {
  const { fields, cookies, dead, now, isNobodys, deletedAt } = standing;
  if (deletedAt !== undefined)
    return `the user was deleted at ${momentOf(deletedAt, now)}: nothing of them is held here, and older events that still come stay out`;
  if (isNobodys) return `nothing is held, and ${noEmail}: nothing of them can go to Marketo`;
  const isLess =
    dead.length > 0 || [...fields, ...cookies].some(({ state }) => state === 'rejected');
  const isAny =
    fields.some(({ state }) => state === 'sent') ||
    cookies.some(({ state }) => state === 'associated');
  if (isAny) return `everything ${isLess ? 'else ' : ''}known of this person is in Marketo`;
  return isLess
    ? 'nothing waits to go to Marketo'
    : 'no event has said anything of this person that would go to Marketo as a field';
};

const mainText = (standing: Standing): string => {
  const { wait, now } = standing;
  const waiting = thingsIn(standing, 'waiting');
  const held = thingsIn(standing, 'held');
  if (waiting !== '')
    return `${waiting} ${isOne(waiting) ? 'waits' : 'wait'}: ${wait ? waitText(wait, now) : 'the move to their lead is half done, and the next event or scheduled tick finishes it'}`;
  return held === '' ? nothingText(standing) : heldText(held, standing);
};

const asideTexts = ({ fields, cookies }: Standing): readonly string[] => {
  const aside = [
    ...fields.map(({ name, state, because }) => ({ what: name, state, because })),
    ...cookies.map(({ state, because }) => ({ what: 'a cookie', state, because })),
  ].filter(({ state }) => state === 'rejected');
  return [...Map.groupBy(aside, ({ because }) => because ?? '')].map(([because, of]) => {
    const names = listOf(of.map(({ what }) => what));
    return `${names} ${of.length === 1 ? 'was' : 'were'} rejected: ${because}`;
  });
};

const deadText = ({ dead }: Standing): readonly string[] => {
  const [first] = dead.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0));
  if (first === undefined) return [];
  const those = dead.length === 1 ? 'waits' : 'wait';
  const which = dead.length === 1 ? '' : 'the latest, ';
  return [
    `${counted(dead.length, 'dead letter')} ${those} to be resent or dropped: ${which}${first.because}`,
  ];
};

const withdrawnText = ({ withdrawnAt, now }: Standing): readonly string[] =>
  withdrawnAt === undefined
    ? []
    : [
        `consent was refused at ${momentOf(withdrawnAt, now)}: what had not gone out by then was dropped`,
      ];

/** Why everything is, or is not, in Marketo: one or two sentences for somebody in a hurry. */
export const leadSummary = (standing: Standing): string => {
  const wrong = [...asideTexts(standing), ...deadText(standing)];
  const sentences = [
    mainText(standing),
    ...withdrawnText(standing),
    ...(wrong.length > 0 ? [wrong.join('; ')] : []),
  ];
  return sentences.map(sentence).join(' ');
};
