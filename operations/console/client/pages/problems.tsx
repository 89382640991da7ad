import { useContext, useState } from 'preact/hooks';
import type { HistoryProblem } from '../../../../lambdas/history/historyPorts.ts';
import type { ProblemsView } from '../../../views.ts';
import { count, counted } from '../format.ts';
import { adviceFor } from '../history/advice.ts';
import { addressOf, ranges, type Range } from '../history/filter.ts';
import { Ranges } from '../history/filterForm.tsx';
import { outcomeWords } from '../history/outcomes.ts';
import { ResendAll } from '../history/resendAll.tsx';
import { MayActContext } from '../mayAct.ts';
import { Chip } from '../parts/chip.tsx';
import { Loading, Notice, Trouble } from '../parts/notice.tsx';
import { When } from '../parts/when.tsx';
import { usePolled } from '../polled.ts';
import { hrefOf } from '../route.ts';
import { pageTiming } from '../timing.ts';

const Problem = ({ problem, range }: { problem: HistoryProblem; range: Range }) => {
  const mayAct = useContext(MayActContext);
  const { outcome, reason, events, people, isMorePeople, firstAt, latestAt, first, latest } =
    problem;
  const { name, tone } = outcomeWords[outcome];
  return (
    <li class="card problem" data-row tabIndex={-1}>
      <div class="bar">
        <h2>{reason}</h2>
        <Chip tone={tone}>{name}</Chip>
      </div>
      <p>
        <a href={hrefOf.events(addressOf({ outcome, reason, range }))}>
          {counted(events, 'event')}
        </a>{' '}
        of{' '}
        {isMorePeople ? `more than ${count(people)} people` : counted(people, 'person', 'people')},
        first{' '}
        <a href={hrefOf.event(first.message)}>
          <When at={firstAt} />
        </a>
        , latest{' '}
        <a href={hrefOf.event(latest.message)}>
          <When at={latestAt} />
        </a>
        .
      </p>
      <p>
        <strong>What to do:</strong> {adviceFor(outcome, reason)}
      </p>
      {outcome === 'dead' && mayAct && <ResendAll reason={reason} />}
    </li>
  );
};

/** Why events did not get to Marketo as they were sent: by reason, the most frequent first. */
export const ProblemsPage = () => {
  const [range, setRange] = useState<Range>('day');
  const { data, failure } = usePolled<ProblemsView>(
    'problems',
    { forMs: ranges[range].ms },
    pageTiming.problemsMs,
  );
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Problems</h1>
        <p class="headline">Why events did not get to Marketo as they were sent.</p>
      </div>
      <div class="bar">
        <Ranges value={range} onChange={setRange} />
      </div>
      {data && <Trouble failure={failure} />}
      {!data && <Loading failure={failure} />}
      {data?.problems.length === 0 && (
        <Notice tone="good">No event had a problem in this time.</Notice>
      )}
      {data && data.problems.length > 0 && (
        <ul class="problems" aria-label="Problems, the most frequent first">
          {data.problems.map((problem) => (
            <Problem key={`${problem.outcome} ${problem.reason}`} problem={problem} range={range} />
          ))}
        </ul>
      )}
    </>
  );
};
