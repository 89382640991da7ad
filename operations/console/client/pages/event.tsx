import type { EventView } from '../../../views.ts';
import { lasting } from '../format.ts';
import { Bodies } from '../parts/bodies.tsx';
import { Chip } from '../parts/chip.tsx';
import { DeadTable } from '../parts/deadTable.tsx';
import { Details, useDetails } from '../parts/details.tsx';
import { LeadLink } from '../parts/ids.tsx';
import { useMore } from '../parts/more.tsx';
import { Loading, Trouble } from '../parts/notice.tsx';
import { Steps } from '../parts/steps.tsx';
import { usePolled } from '../polled.ts';
import { stateWords } from '../history/outcomes.ts';
import { pageTiming } from '../timing.ts';

const stepsAtOnce = 100;

const Event = ({ view, refresh }: { view: EventView; refresh: () => void }) => {
  const { shown, more } = useMore(view.steps, stepsAtOnce, 'steps');
  const details = useDetails(view.message, `${view.steps.length} ${String(view.isDone)}`);
  return (
    <>
      <dl class="facts wide">
        <div>
          <dt>State</dt>
          <dd>
            <Chip tone={stateWords[view.state].tone}>{stateWords[view.state].name}</Chip>
          </dd>
        </div>
        <div>
          <dt>From first to last line</dt>
          <dd>{lasting(view.tookMs)}</dd>
        </div>
        {details ? (
          <Details details={details} />
        ) : (
          view.lead !== undefined && (
            <div>
              <dt>Person</dt>
              <dd>
                <LeadLink id={view.lead} />
              </dd>
            </div>
          )
        )}
        <div>
          <dt>messageId</dt>
          <dd>
            {view.messageId === undefined ? (
              <span class="soft">not in the log</span>
            ) : (
              <code>{view.messageId}</code>
            )}
          </dd>
        </div>
        <div>
          <dt>In the log</dt>
          <dd>
            <code>{view.message}</code>
          </dd>
        </div>
      </dl>
      {view.dead.length > 0 && (
        <section class="card" aria-labelledby="dead-title">
          <h2 id="dead-title">Dead letters</h2>
          <DeadTable dead={view.dead} onDone={refresh} hasLead />
        </section>
      )}
      <section class="card" aria-labelledby="steps-title">
        <h2 id="steps-title">Steps</h2>
        <Steps steps={shown} tookMs={view.tookMs} />
        {more}
      </section>
      {details && <Bodies details={details} />}
    </>
  );
};

/** What became of one event: each step, and how long it took. */
export const EventPage = ({ message }: { message: string }) => {
  const { data, failure, refresh } = usePolled<EventView>('event', { message }, pageTiming.eventMs);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Event</h1>
      </div>
      {data && <p class="summary">{data.summary}</p>}
      {data && <Trouble failure={failure} />}
      {data ? <Event view={data} refresh={refresh} /> : <Loading failure={failure} />}
    </>
  );
};
