import { useContext, useState } from 'preact/hooks';
import type { BudgetView, Check, FlowView } from '../../../views.ts';
import { ask, AskError } from '../api.ts';
import { count, counted, share } from '../format.ts';
import { MayActContext } from '../mayAct.ts';
import { Alarms } from '../parts/alarms.tsx';
import { Chip } from '../parts/chip.tsx';
import { Closed } from '../parts/closed.tsx';
import { Notice, Trouble } from '../parts/notice.tsx';
import { headlineOf } from '../rates.ts';
import { usePolled, type Polled } from '../polled.ts';
import { hrefOf } from '../route.ts';
import { pageTiming } from '../timing.ts';
import type { Tone } from '../words.ts';

const words: Readonly<Record<Check['state'], readonly [tone: Tone, name: string]>> = {
  ok: ['good', 'fine'],
  warning: ['wait', 'look at it'],
  wrong: ['bad', 'wrong'],
};

/** Those that want attention first. */
const order = ['wrong', 'warning', 'ok'] as const;

const Checks = ({ checks }: { checks: readonly Check[] }) => (
  <ul class="checks plain-list" aria-label="What was checked">
    {order
      .flatMap((state) => checks.filter((check) => check.state === state))
      .map(({ name, state, says, todo }) => (
        <li key={`${name} ${says}`} data-row tabIndex={-1}>
          <p>
            <Chip tone={words[state][0]}>{words[state][1]}</Chip> <strong>{name}</strong>
          </p>
          <p>{says}</p>
          {todo !== undefined && (
            <p>
              <strong>What to do:</strong> {todo}
            </p>
          )}
        </li>
      ))}
  </ul>
);

const useChecks = () => {
  const [checks, setChecks] = useState<readonly Check[]>();
  const [failure, setFailure] = useState<AskError>();
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      setChecks((await ask<{ readonly checks: readonly Check[] }>('check')).checks);
    } catch (error) {
      setFailure(error instanceof AskError ? error : new AskError('unusable', String(error)));
    }
    setBusy(false);
  };
  return { checks, failure, isBusy, run };
};

/** Whether the destination is well: what waits, what was given up, and what `check` says. */
export const HealthPage = ({ flow: { data: flow } }: { flow: Polled<FlowView> }) => {
  const { checks, failure, isBusy, run } = useChecks();
  const { data: budget } = usePolled<BudgetView>('budget', {}, pageTiming.budgetMs);
  const mayCheck = useContext(MayActContext);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Health</h1>
        <p class="headline" role="status">
          {flow && headlineOf(flow).says}
        </p>
      </div>
      {flow && (
        <>
          <Closed closed={flow.closed} />
          <dl class="facts wide">
            <div>
              <dt>Events in the queue</dt>
              <dd>{counted(flow.events.waiting + flow.events.inFlight, 'event')}</dd>
            </div>
            <div>
              <dt>Leads that wait</dt>
              <dd>{counted(flow.pending.count, 'lead')}</dd>
            </div>
            <div>
              <dt>Dead letters</dt>
              <dd>
                <a href={hrefOf.dead}>
                  {counted(flow.deadLetters.count + flow.deadEvents.waiting, 'dead letter')}
                </a>
              </dd>
            </div>
            <div>
              <dt>Calls of the day</dt>
              <dd>
                <a href={hrefOf.budget}>
                  {budget === undefined
                    ? 'the budget'
                    : `${count(budget.used)} of ${count(budget.dailyCalls)}, ${share(budget.used, budget.dailyCalls)}`}
                </a>
              </dd>
            </div>
          </dl>
        </>
      )}
      <Alarms />
      <section class="card" aria-labelledby="checks-title">
        <div class="bar">
          <h2 id="checks-title">Credentials, fields and reachability</h2>
          {mayCheck && (
            <button type="button" disabled={isBusy} onClick={() => void run()}>
              {isBusy ? 'Checking…' : checks ? 'Check again' : 'Check now'}
            </button>
          )}
        </div>
        <Trouble failure={failure} />
        {checks ? (
          <>
            {checks.every(({ state }) => state === 'ok') && (
              <Notice tone="good">All is well.</Notice>
            )}
            <Checks checks={checks} />
          </>
        ) : (
          <p class="soft">
            This looks at secrets, Marketo’s credentials and fields, queues and tables. It changes
            nothing, and costs one or two of Marketo’s calls.
            {!mayCheck && ' An operator can press it.'}
          </p>
        )}
      </section>
    </>
  );
};
