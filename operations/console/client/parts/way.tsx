import type { ComponentChildren } from 'preact';
import type { FlowView, Tally } from '../../../views.ts';
import { count } from '../format.ts';
import { lastMinute, of, type Of } from '../rates.ts';
import { hrefOf } from '../route.ts';
import { Spark } from './spark.tsx';

type Fact = readonly [name: string, value: string, tone?: 'bad' | 'wait' | ''];

interface StageProps {
  readonly name: string;
  /** What is there now. */
  readonly big: string;
  readonly unit: string;
  readonly facts: readonly Fact[];
  readonly tone?: 'bad' | '';
  readonly children?: ComponentChildren;
}

const Stage = ({ name, big, unit, facts, tone, children }: StageProps) => (
  <li class={`stage ${tone ?? ''}`}>
    <h2>{name}</h2>
    <p class="big">
      {big} <span>{unit}</span>
    </p>
    {children}
    <dl>
      {facts.map(([what, value, tone]) => (
        <div key={what} class={tone ?? ''}>
          <dt>{what}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </li>
);

const atLeast = ({ count: known, isAll }: FlowView['pending']): string =>
  `${count(known)}${isAll ? '' : '+'}`;

const inHour = (tallies: readonly Tally[], step: 'dropped' | 'refused') =>
  count(tallies.reduce((sum, { steps }) => sum + (steps[step] ?? 0), 0));

/** The way of an event, from ingest to Marketo, with what is in each place and how much moves. */
export const Way = ({ flow }: { flow: FlowView }) => {
  const { now, tallies, events, ticks, pending, deadLetters, deadEvents, closed } = flow;
  const aMinute = (what: Of): string => count(lastMinute(tallies, now, what));
  const refused = inHour(tallies, 'refused');
  const hasDead = deadLetters.count + deadEvents.waiting > 0;
  return (
    <ol class="way" aria-label="The way of an event">
      <Stage
        name="Ingest"
        big={aMinute(of.taken)}
        unit="events in the last minute"
        facts={[['Busiest minute', count(Math.max(0, ...tallies.map(of.taken)))]]}
      >
        <Spark tallies={tallies} of={of.taken} what="events" />
      </Stage>
      <Stage
        name="Queue"
        big={count(events.waiting)}
        unit="events wait"
        facts={[
          ['In work', count(events.inFlight)],
          ['Absorbed a minute', aMinute(of.absorbed)],
        ]}
      >
        <Spark tallies={tallies} of={of.absorbed} what="absorbed" />
      </Stage>
      <Stage
        name="Mailbox"
        big={atLeast(pending)}
        unit="leads wait or are held"
        facts={[
          ['Ticks now', count(ticks.waiting)],
          ['In work', count(ticks.inFlight)],
          ['Ticks later', count(ticks.delayed)],
        ]}
      >
        <Spark tallies={tallies} of={of.saved} what="needed no call" />
      </Stage>
      <Stage
        name="Marketo"
        big={aMinute(of.calls)}
        unit="calls in the last minute"
        tone={closed ? 'bad' : ''}
        facts={[
          ['Synced a minute', aMinute(of.synced)],
          ['Visits a minute', aMinute(of.visited)],
          ['Window', closed ? 'closed' : 'open', closed ? 'bad' : ''],
        ]}
      >
        <Spark tallies={tallies} of={of.calls} what="calls" />
      </Stage>
      <Stage
        name="Dead letters"
        big={atLeast(deadLetters)}
        unit="were given up"
        tone={hasDead ? 'bad' : ''}
        facts={[
          ['Events that failed', count(deadEvents.waiting), deadEvents.waiting > 0 ? 'bad' : ''],
          ['Refused this hour', refused, refused === '0' ? '' : 'wait'],
          ['Dropped this hour', inHour(tallies, 'dropped')],
        ]}
      >
        <p class="way-out">
          {hasDead ? <a href={hrefOf.dead}>Look at them</a> : 'Nothing was given up.'}
        </p>
      </Stage>
    </ol>
  );
};
