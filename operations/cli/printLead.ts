import type { LeadView, Told, ToldCall } from '../views.ts';
import type { Io } from './io.ts';
import { plain, tableOf } from './table.ts';
import { spanText, timeText } from './times.ts';

/** A call may bring hundreds. */
const maxMessages = 3;

/** A line of the delivery log as text: what happened, of what, and why. */
export const stepText = (line: Told | ToldCall): string => {
  if (line.kind === 'call') {
    const verdicts = Object.entries(line.verdicts).map(([kind, count]) => `${count} ${kind}`);
    const took = `${line.requests} ${line.requests === 1 ? 'request' : 'requests'}, ${spanText(line.tookMs)}`;
    const said = [verdicts.join(', '), line.because].filter(Boolean).join(': ');
    return `call to Marketo (${line.about}, ${took}) ${said}`;
  }
  const { step, fields = [], because, until, messages } = line;
  return [
    step,
    fields.length > 0 && fields.join(', '),
    because !== undefined && `(${because})`,
    until !== undefined && `next try ${timeText(until)}`,
    `[${messages.slice(0, maxMessages).join(' ')}${messages.length > maxMessages ? ' …' : ''}]`,
  ]
    .filter(Boolean)
    .join(' ');
};

const stateColour = {
  sent: 'green',
  waiting: 'yellow',
  held: 'yellow',
  rejected: 'red',
} as const;

/** What happens to a field when its time is up. */
const atEnd = {
  sent: 'until',
  waiting: 'next try',
  held: 'a dead letter',
  rejected: 'next try',
} as const;

const lockText = ({ lock, now }: LeadView): string => {
  const { lockedUntil, isCalling, isImporting, attempts, heldUp } = lock;
  const parts = [
    isCalling && (isImporting ? 'in a bulk import of Marketo’s' : 'a call to Marketo is under way'),
    !isCalling &&
      lockedUntil !== undefined &&
      lockedUntil > now &&
      `locked for ${spanText(lockedUntil - now)}`,
    attempts > 0 &&
      `${attempts} ${attempts === 1 ? 'try' : 'tries'} without an answer that settled it`,
  ];
  const free = heldUp === undefined ? 'free' : `not locked; it waits: ${heldUp}`;
  return parts.filter(Boolean).join(', ') || free;
};

/** A lead for people: the answer first, then what it rests on. */
export const leadText = (
  view: LeadView,
  { paint, columns }: Pick<Io, 'paint' | 'columns'>,
): string => {
  const facts: [string, string][] = [
    ['lead', view.lead ?? `none (key ${view.key ?? '?'})`],
    ...(view.address === undefined ? [] : [['e-mail', view.address] as [string, string]]),
    ...(view.marketoId === undefined
      ? []
      : [['Marketo', String(view.marketoId)] as [string, string]]),
    ['lock', lockText(view)],
    ...view.cookies.map(({ token, state, because }): [string, string] => [
      'cookie',
      [token, state, because].filter(Boolean).join(' '),
    ]),
    ...view.activities.map(({ primary, typeId, state, since }): [string, string] => [
      'activity',
      `${typeId} ${primary} ${state} since ${timeText(since)}`,
    ]),
  ];
  const fields = view.fields.map(({ name, state, value, since, until, because }, index) => {
    const isSaid = because !== undefined && because === view.fields[index - 1]?.because;
    const end = until !== undefined && `${atEnd[state]} ${timeText(until)}`;
    return [
      name,
      state,
      value === undefined ? '' : JSON.stringify(value),
      timeText(since),
      [isSaid ? 'as above' : because, end].filter(Boolean).join(', '),
    ];
  });
  const coloured = tableOf(['field', 'state', 'value', 'since', 'why'], fields, columns)
    .split('\n')
    .map((line, at) => {
      const state = view.fields[at - 1]?.state;
      return state === undefined ? paint('bold', line) : paint(stateColour[state], line);
    })
    .join('\n');
  return [
    paint('bold', plain(view.summary)),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(9)}${plain(value)}`),
    ...(fields.length > 0 ? ['', coloured] : []),
    ...(view.dead.length > 0
      ? [
          '',
          paint('bold', 'dead letters'),
          ...view.dead.map((one) => `${one.id}  ${plain(one.because)}`),
        ]
      : []),
    ...(view.timeline.length > 0
      ? [
          '',
          paint('bold', 'latest first'),
          ...view.timeline.map((line) => `${timeText(line.at)}  ${plain(stepText(line))}`),
        ]
      : []),
  ].join('\n');
};
