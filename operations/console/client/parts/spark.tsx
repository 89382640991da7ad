import { useState } from 'preact/hooks';
import type { Tally } from '../../../views.ts';
import { count, minuteTime } from '../format.ts';
import type { Of } from '../rates.ts';

const height = 32;

/** One bar a minute, all in one path. */
const barsOf = (values: readonly number[]): string => {
  const max = Math.max(1, ...values);
  return values
    .map((value, index) => {
      const tall = value === 0 ? 0 : Math.max(1.5, (value / max) * height);
      return tall === 0
        ? ''
        : `M${index + 0.1} ${height}V${(height - tall).toFixed(2)}h.8V${height}z`;
    })
    .join('');
};

interface SparkProps {
  readonly tallies: readonly Tally[];
  readonly of: Of;
  /** What a bar counts: "accepted". */
  readonly what: string;
}

/** The last hour by minutes. Under the pointer it tells one minute, otherwise the hour. */
export const Spark = ({ tallies, of, what }: SparkProps) => {
  const [pointed, setPointed] = useState<number>();
  const values = tallies.map(of);
  const max = Math.max(0, ...values);
  const sum = values.reduce((left, right) => left + right, 0);
  const minute = pointed === undefined ? undefined : tallies[pointed];
  const caption = minute
    ? `${minuteTime(minute.at)}: ${count(of(minute))} ${what}`
    : `${count(sum)} ${what} in the hour`;
  return (
    <figure class="spark">
      <svg
        viewBox={`0 0 ${values.length || 1} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${what} by minutes: ${count(sum)} in the last hour, at most ${count(max)} in a minute`}
        onPointerMove={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          setPointed(Math.floor(((clientX - left) / width) * values.length));
        }}
        onPointerLeave={() => {
          setPointed(undefined);
        }}
      >
        <path d={barsOf(values)} />
      </svg>
      <figcaption>{caption}</figcaption>
    </figure>
  );
};
