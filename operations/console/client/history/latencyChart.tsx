import { addedLatencies, latencyAt } from '../../../../lambdas/history/latencies.ts';
import type { HistoryCount } from '../../../../lambdas/history/historyPorts.ts';
import type { CountsView } from '../../../views.ts';
import { clockTime, lasting } from '../format.ts';
import { hrefOf } from '../route.ts';
import { Axis } from './axis.tsx';
import { addressOf } from './filter.ts';

const middle = 0.5;
const slow = 0.95;

const both = (stretch: Pick<HistoryCount, 'latencies'>): readonly [number, number] | undefined => {
  const [half, most] = [middle, slow].map((share) => latencyAt(stretch.latencies ?? {}, share));
  return half === undefined || most === undefined ? undefined : [half, most];
};

const saysOf = ([half, most]: readonly [number, number]): string =>
  `half within ${lasting(half)}, 95% within ${lasting(most)}`;

/** From a second to a day there are five digits, so the heights grow with the digits. */
const heightOf = (ms: number, maxMs: number): string =>
  `${(100 * Math.log1p(ms)) / Math.log1p(maxMs)}%`;

/** How long events took from accepted to in Marketo. A click on a bar shows those that got there then. */
export const LatencyChart = ({ view }: { view: CountsView }) => {
  const stretches = view.counts.map((stretch) => ({ at: stretch.at, took: both(stretch) }));
  const max = Math.max(1, ...stretches.map(({ took }) => took?.[1] ?? 0));
  const all = both({
    latencies: view.counts.reduce((sum, { latencies }) => addedLatencies(sum, latencies), {}),
  });
  return (
    <section class="card" aria-labelledby="latency-title">
      <h2 id="latency-title">From accepted to in Marketo</h2>
      {all === undefined ? (
        <p class="soft none">Nothing got to Marketo in this time.</p>
      ) : (
        <>
          <p>{saysOf(all)}</p>
          <div class="columns low" role="group" aria-label="Latency over time">
            {stretches.map(({ at, took }) => {
              if (took === undefined) return <span key={at} class="column-bar" />;
              const [half, most] = took;
              const label = `${clockTime(at, view.now)}: ${saysOf(took)}`;
              const to = at + view.everyMs;
              return (
                <a
                  key={at}
                  class="column-bar"
                  href={hrefOf.events(
                    addressOf({ outcome: 'delivered', range: 'between', from: at, to }),
                  )}
                  aria-label={label}
                  title={label}
                >
                  <span class="over" style={{ height: heightOf(most, max) }}>
                    <span class="good" style={{ height: heightOf(half, most) }} />
                  </span>
                </a>
              );
            })}
          </div>
          <Axis view={view} says={`95% within ${lasting(max)} at the slowest`} />
        </>
      )}
    </section>
  );
};
