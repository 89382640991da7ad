import { useContext, useEffect } from 'preact/hooks';
import type { LeadView } from '../../../views.ts';
import { DeadTable } from '../parts/deadTable.tsx';
import { MayActContext } from '../mayAct.ts';
import { Activities } from '../parts/activities.tsx';
import { Erase } from '../parts/erase.tsx';
import { Fields } from '../parts/fields.tsx';
import { Cookies, Identity } from '../parts/identity.tsx';
import { Lines } from '../parts/lines.tsx';
import { Lock } from '../parts/lock.tsx';
import { useMore } from '../parts/more.tsx';
import { Loading, Trouble } from '../parts/notice.tsx';
import { useUnmasked } from '../parts/unmask.tsx';
import { usePolled } from '../polled.ts';
import { hrefOf, type Route } from '../route.ts';
import { pageTiming } from '../timing.ts';

const linesAtOnce = 60;

const Timeline = ({ timeline, historyDays }: Pick<LeadView, 'timeline' | 'historyDays'>) => {
  const { shown, more } = useMore(timeline, linesAtOnce, 'lines');
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Time line</h2>
      {shown.length > 0 ? (
        <Lines lines={shown} label="Events and calls, latest first" hasLead={false} />
      ) : (
        <p class="soft none">
          {historyDays === 0
            ? 'No history is kept: the setting history.days is 0.'
            : `The history has no event of this person within ${historyDays} days.`}
        </p>
      )}
      {more}
    </section>
  );
};

const Lead = ({ view, refresh }: { view: LeadView; refresh: () => void }) => (
  <div class="sides">
    <div class="column">
      <Fields fields={view.fields} />
      {view.dead.length > 0 && (
        <section class="card" aria-labelledby="dead-title">
          <h2 id="dead-title">Dead letters</h2>
          <DeadTable dead={view.dead} onDone={refresh} hasLead={false} />
        </section>
      )}
      <Timeline timeline={view.timeline} historyDays={view.historyDays} />
    </div>
    <div class="column aside">
      {view.lead !== undefined && <Lock lock={view.lock} />}
      <Identity view={view} />
      <Cookies cookies={view.cookies} />
      <Activities activities={view.activities} />
    </div>
  </div>
);

const nameOf = (view: LeadView | undefined): string => {
  if (!view) return 'Lead';
  return view.address ?? (view.lead === undefined ? 'Somebody without an e-mail' : 'A lead');
};

/** A person: what Marketo knows of them, what it does not, and why. */
export const LeadPage = ({ who }: Pick<Extract<Route, { page: 'lead' }>, 'who'>) => {
  const { data: asked, failure, refresh } = usePolled<LeadView>('lead', who, pageTiming.leadMs);
  const { view: data, button } = useUnmasked(asked);
  const mayErase = useContext(MayActContext);
  const lead = data?.lead;
  useEffect(() => {
    // A key that has a lead by now: its page is the lead's.
    if ('key' in who && lead !== undefined) location.replace(hrefOf.lead(lead));
  }, [lead]);
  const isNobody = !data && failure?.code === 'not-found';
  useEffect(() => {
    // While no e-mail is known, the log names a person by the key's id in the place of the lead's.
    if ('lead' in who && isNobody) location.replace(hrefOf.key(who.lead));
  }, [isNobody]);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>{nameOf(data)}</h1>
        {button}
        {mayErase && data?.address !== undefined && <Erase address={data.address} />}
      </div>
      {data && <p class="summary">{data.summary}</p>}
      {data && <Trouble failure={failure} />}
      {data ? <Lead view={data} refresh={refresh} /> : <Loading failure={failure} />}
    </>
  );
};
