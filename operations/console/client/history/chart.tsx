import { useState } from 'preact/hooks';
import type { HistoryCount } from '../../../../lambdas/history/historyPorts.ts';
import type { CountsView } from '../../../views.ts';
import { clockTime, count, counted } from '../format.ts';
import { Trouble } from '../parts/notice.tsx';
import { usePolled } from '../polled.ts';
import { hrefOf } from '../route.ts';
import { pageTiming } from '../timing.ts';
import type { Tone } from '../words.ts';
import { addressOf, ranges, type Range } from './filter.ts';
import { Ranges } from './filterForm.tsx';
import { Axis } from './axis.tsx';
import { CallsChart } from './callsChart.tsx';
import { LatencyChart } from './latencyChart.tsx';
import { outcomes, outcomeWords } from './outcomes.ts';

const tones = ['good', 'quiet', 'move', 'wait', 'bad'] as const satisfies readonly Tone[];

/** How many of a stretch have each tone, from the bottom of a bar to its top. */
const partsOf = ({
  outcomes: of,
}: HistoryCount): readonly (readonly [tone: Tone, many: number])[] =>
  tones.map((tone) => [
    tone,
    outcomes
      .filter((outcome) => outcomeWords[outcome].tone === tone)
      .reduce((sum, outcome) => sum + (of[outcome] ?? 0), 0),
  ]);

const totalOf = ({ outcomes: of }: HistoryCount): number =>
  Object.values(of).reduce((sum, many) => sum + many, 0);

/** A bar, and a link to its events. Empty ones are no links. */
const Bar = ({
  stretch,
  most: max,
  view,
}: {
  stretch: HistoryCount;
  most: number;
  view: CountsView;
}) => {
  const total = totalOf(stretch);
  const to = stretch.at + view.everyMs;
  if (total === 0) return <span class="column-bar" />;
  const label = `${clockTime(stretch.at, view.now)}: ${counted(total, 'event')}`;
  return (
    <a
      class="column-bar"
      href={hrefOf.events(addressOf({ range: 'between', from: stretch.at, to }))}
      aria-label={label}
      title={label}
    >
      {partsOf(stretch).map(([tone, many]) =>
        many === 0 ? null : (
          <span key={tone} class={tone} style={{ height: `${(100 * many) / max}%` }} />
        ),
      )}
    </a>
  );
};

const Sums = ({ view, range }: { view: CountsView; range: Range }) => (
  <ul class="sums" aria-label="Sums">
    {outcomes.map((outcome) => {
      const many = view.counts.reduce((sum, { outcomes: of }) => sum + (of[outcome] ?? 0), 0);
      return many === 0 ? null : (
        <li key={outcome}>
          <a href={hrefOf.events(addressOf({ outcome, range }))}>
            <span class={`dot ${outcomeWords[outcome].tone}`} aria-hidden="true" />
            {outcomeWords[outcome].name} <strong>{count(many)}</strong>
          </a>
        </li>
      );
    })}
  </ul>
);

/** Events by what became of them, how late they got to Marketo, and its calls. A click on a bar or a sum shows its events. */
export const FlowCharts = () => {
  const [range, setRange] = useState<Range>('hour');
  const { data, failure } = usePolled<CountsView>(
    'counts',
    { forMs: ranges[range].ms },
    pageTiming.countsMs,
  );
  const max = Math.max(1, ...(data?.counts.map(totalOf) ?? []));
  return (
    <>
      <section class="card outcomes-chart" aria-labelledby="chart-title">
        <div class="bar">
          <h2 id="chart-title">Events by outcome</h2>
          <Ranges value={range} onChange={setRange} />
        </div>
        <Trouble failure={failure} />
        {data && (
          <>
            <div class="columns" role="group" aria-label="Events over time">
              {data.counts.map((stretch) => (
                <Bar key={stretch.at} stretch={stretch} most={max} view={data} />
              ))}
            </div>
            <Axis view={data} says={`at most ${count(max)}`} />
            <Sums view={data} range={range} />
          </>
        )}
      </section>
      {data && (
        <div class="charts">
          <LatencyChart view={data} />
          <CallsChart view={data} />
        </div>
      )}
    </>
  );
};
