import { useNow, serverNow } from '../clock.ts';
import { clockTime, exactTime, fullTime, lastingSeconds, left } from '../format.ts';
import { pageTiming } from '../timing.ts';

/** A moment, in this browser's time zone. */
export const When = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {clockTime(at, serverNow())}
  </time>
);

/** The same to the millisecond; the day is in the tooltip. */
export const ExactWhen = ({ at }: { at: number }) => (
  <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
    {exactTime(at)}
  </time>
);

/** How long until a moment, counting down. */
export const Left = ({ until }: { until: number }) => (
  <span class="count">{left(until - useNow(pageTiming.countdownMs))}</span>
);

/** How long ago a moment was. */
export const Ago = ({ at }: { at: number }) => {
  const ms = Math.max(0, useNow(pageTiming.flowMs) - at);
  return <>{ms < 2_000 ? 'just now' : `${lastingSeconds(ms)} ago`}</>;
};
