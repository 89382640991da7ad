import { Fragment } from 'preact';
import type { EventView } from '../../../views.ts';
import { lasting } from '../format.ts';
import { keysOf } from '../lineKeys.ts';
import { Chip } from './chip.tsx';
import { Said, toneOf, wordOf } from './said.tsx';
import { ExactWhen } from './when.tsx';

type Step = EventView['steps'][number];

/** Less than that before a call is no wait: the call's own preparation. */
const waitMs = 100;

/** When a step began, after the first line: a call at its request, all else with the step before. */
const beganAt = (step: Step, before: Step | undefined): number => {
  const from = before?.afterMs ?? 0;
  if (step.kind !== 'call') return from;
  const asked = Math.max(0, step.afterMs - step.tookMs);
  return Math.abs(asked - from) < waitMs ? from : asked;
};

/** Which of the whole time it was. */
const Track = ({ from, to, tookMs }: { from: number; to: number; tookMs: number }) => {
  const part = (ms: number): string => `${(100 * ms) / Math.max(1, tookMs)}%`;
  return (
    <div class="track" aria-hidden="true">
      <div style={{ left: part(from), width: part(to - from) }} />
    </div>
  );
};

interface StepProps {
  readonly step: Step;
  readonly before: Step | undefined;
  readonly tookMs: number;
}

const One = ({ step, before, tookMs }: StepProps) => {
  const from = beganAt(step, before);
  return (
    <li data-row tabIndex={-1} class={toneOf(step)}>
      <div class="took">
        <strong>
          {before || step.kind === 'call' ? `+${lasting(step.afterMs - from)}` : 'start'}
        </strong>
        <span class="soft">
          <ExactWhen at={step.at} />
        </span>
      </div>
      <div class="did">
        <p>
          <Chip tone={toneOf(step)}>{wordOf(step)}</Chip> <span class="soft">{step.service}</span>
        </p>
        <p class="said">
          <Said line={step} />
        </p>
        <Track from={from} to={step.afterMs} tookMs={tookMs} />
      </div>
    </li>
  );
};

/** Time in which nothing was done for the event: it waited for the call that comes next. */
const Wait = ({ from, to, tookMs }: { from: number; to: number; tookMs: number }) => (
  <li class="wait">
    <div class="took">
      <strong>+{lasting(to - from)}</strong>
    </div>
    <div class="did">
      <p class="soft">until its call began</p>
      <Track from={from} to={to} tookMs={tookMs} />
    </div>
  </li>
);

/** An event's steps from top to bottom; the bars show which of the time each took. */
export const Steps = ({ steps, tookMs }: Pick<EventView, 'steps' | 'tookMs'>) => {
  const keys = keysOf(steps);
  return (
    <ol class="steps">
      {steps.map((step, at) => {
        const before = steps[at - 1];
        const waited = before ? beganAt(step, before) - before.afterMs : 0;
        return (
          <Fragment key={keys[at]}>
            {before && waited > 0 && (
              <Wait from={before.afterMs} to={before.afterMs + waited} tookMs={tookMs} />
            )}
            <One step={step} before={before} tookMs={tookMs} />
          </Fragment>
        );
      })}
    </ol>
  );
};
