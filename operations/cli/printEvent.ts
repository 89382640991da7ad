import type { EventView } from '../views.ts';
import type { Io } from './io.ts';
import { stepText } from './printLead.ts';
import { plain } from './table.ts';
import { spanText, timeText } from './times.ts';

/** An event for people: what became of it, then each step with when it came. */
export const eventText = (view: EventView, { paint }: Pick<Io, 'paint'>): string =>
  [
    paint('bold', plain(view.summary)),
    '',
    `${'message'.padEnd(9)}${plain(view.messageId ?? view.message)}`,
    ...(view.lead === undefined ? [] : [`${'lead'.padEnd(9)}${view.lead}`]),
    '',
    ...view.steps.map(
      (step) =>
        `${timeText(step.at)}  ${`+${spanText(step.afterMs)}`.padStart(10)}  ${plain(stepText(step))}`,
    ),
    ...view.dead.map((one) => `dead letter ${one.id}  ${plain(one.because)}`),
  ].join('\n');
