import type { CountsView } from '../../../views.ts';
import { clockTime, count, counted } from '../format.ts';
import { hrefOf } from '../route.ts';
import { Axis } from './axis.tsx';
import { addressOf } from './filter.ts';

/** Marketo's calls against what lets the day's quota last. A click on a bar shows the events of that time. */
export const CallsChart = ({ view }: { view: CountsView }) => {
  const { counts, paceCalls, everyMs, now } = view;
  const max = Math.max(1, paceCalls, ...counts.map(({ requests }) => requests));
  const all = counts.reduce((sum, { requests }) => sum + requests, 0);
  const over = counts.filter(({ requests }) => requests > paceCalls).length;
  const pace = `${count(Math.round(paceCalls))} a bar`;
  return (
    <section class="card" aria-labelledby="calls-title">
      <h2 id="calls-title">Calls to Marketo against the pace</h2>
      <p>
        {counted(all, 'call')}
        {over === 0
          ? `, never more than the pace of ${pace}`
          : `; ${counted(over, 'bar')} over the pace of ${pace}, which is fine while the day’s calls last`}{' '}
        (<a href={hrefOf.budget}>budget</a>)
      </p>
      <div class="columns low" role="group" aria-label="Calls over time">
        <span class="pace" style={{ bottom: `${(100 * paceCalls) / max}%` }} aria-hidden="true" />
        {counts.map(({ at, requests }) => {
          if (requests === 0) return <span key={at} class="column-bar" />;
          const label = `${clockTime(at, now)}: ${counted(requests, 'call')}`;
          return (
            <a
              key={at}
              class="column-bar"
              href={hrefOf.events(addressOf({ range: 'between', from: at, to: at + everyMs }))}
              aria-label={label}
              title={label}
            >
              <span
                class={requests > paceCalls ? 'wait' : 'move'}
                style={{ height: `${(100 * requests) / max}%` }}
              />
            </a>
          );
        })}
      </div>
      <Axis
        view={view}
        says={`at most ${count(Math.max(0, ...counts.map((one) => one.requests)))}`}
      />
    </section>
  );
};
