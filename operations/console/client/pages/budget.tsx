import type { ComponentChildren } from 'preact';
import type { BudgetView } from '../../../views.ts';
import { byHour, expectedUse, paceAt } from '../budget.ts';
import { centralTime, count, counted, lasting, minuteTime, share } from '../format.ts';
import { Closed } from '../parts/closed.tsx';
import { Loading, Trouble } from '../parts/notice.tsx';
import { Plot } from '../parts/plot.tsx';
import { Left } from '../parts/when.tsx';
import { usePolled } from '../polled.ts';
import { pageTiming } from '../timing.ts';

interface FigureProps {
  readonly name: string;
  readonly big: string;
  readonly tone?: string;
  readonly children: ComponentChildren;
}

const Figure = ({ name, big, tone = '', children }: FigureProps) => (
  <div class={`figure card ${tone}`}>
    <dt>{name}</dt>
    <dd>
      <p class="big">{big}</p>
      <p class="soft">{children}</p>
    </dd>
  </div>
);

const Figures = ({ view }: { view: BudgetView }) => {
  const { used, dailyCalls, resetsAt, perWindow, windowMs, api } = view;
  const max = paceAt(view, view.now);
  const expected = expectedUse(view);
  return (
    <dl class="figures">
      <Figure name="Used" big={count(used)} tone={used >= dailyCalls ? 'bad' : ''}>
        of {counted(dailyCalls, 'call')} a day, {share(used, dailyCalls)}
      </Figure>
      <Figure name="Left" big={count(Math.max(0, dailyCalls - used))}>
        {max === undefined
          ? 'no pace is set'
          : used > max
            ? `${count(used - max)} ahead of the pace`
            : `${count(max - used)} below the pace`}
      </Figure>
      <Figure
        name="At the rate of the last hour"
        big={count(expected)}
        tone={expected > dailyCalls ? 'wait' : ''}
      >
        by the end of the day, {share(expected, dailyCalls)}
      </Figure>
      <div class="figure card">
        <dt>Counted anew in</dt>
        <dd>
          <p class="big">
            <Left until={resetsAt} />
          </p>
          <p class="soft">
            at {minuteTime(resetsAt)} here, {centralTime(resetsAt)} for Marketo
          </p>
        </dd>
      </div>
      <Figure name="Window" big={`${count(perWindow)} in ${lasting(windowMs)}`}>
        calls over {api.toUpperCase()} at most
      </Figure>
    </dl>
  );
};

const Hours = ({ view }: { view: BudgetView }) => (
  <details class="card">
    <summary>By the hour, as a table</summary>
    <table class="hours" aria-label="Calls by the hour">
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col" class="number">
            Calls
          </th>
        </tr>
      </thead>
      <tbody>
        {byHour(view).map(({ at, requests }) => (
          <tr key={at}>
            <th scope="row">{minuteTime(at)}</th>
            <td class="number">{count(requests)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

/** Marketo's quota of calls: what is used of the day's, and whether it lasts. */
export const BudgetPage = () => {
  const { data, failure } = usePolled<BudgetView>('budget', {}, pageTiming.budgetMs);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Budget</h1>
      </div>
      {data && <Trouble failure={failure} />}
      {data ? (
        <>
          <Closed closed={data.closed} />
          <Figures view={data} />
          <section class="card" aria-labelledby="day-title">
            <h2 id="day-title">Calls over the day</h2>
            <Plot
              view={data}
              label={`Calls over the day: ${count(data.used)} of ${count(data.dailyCalls)} are used`}
            />
          </section>
          <Hours view={data} />
        </>
      ) : (
        <Loading failure={failure} />
      )}
    </>
  );
};
