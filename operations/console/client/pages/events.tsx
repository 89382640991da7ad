import { useEffect, useState } from 'preact/hooks';
import { count, counted } from '../format.ts';
import { addressOf, fieldsIn } from '../history/filter.ts';
import { EventsTable } from '../history/eventsTable.tsx';
import { ExportButtons } from '../history/exportButtons.tsx';
import { FilterForm } from '../history/filterForm.tsx';
import { useEvents } from '../history/useEvents.ts';
import { Loading, Trouble } from '../parts/notice.tsx';
import { When } from '../parts/when.tsx';
import { hrefOf } from '../route.ts';

/** Every event and what became of it: to filter, to watch live, and to save. */
export const EventsPage = ({ address }: { address: string }) => {
  const [fields, setFields] = useState(() => fieldsIn(address));
  const [isLive, setLive] = useState(true);
  const { found, failure, isBusy, more } = useEvents(fields, isLive);
  useEffect(() => {
    // A link to other events, while this page is open.
    if (address !== addressOf(fields)) setFields(fieldsIn(address));
  }, [address]);
  useEffect(() => {
    // So that reloading the page and its address show the same; without another entry in the history.
    history.replaceState(null, '', hrefOf.events(addressOf(fields)));
  }, [fields]);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Events</h1>
        <p class="headline">What came in, and what became of it.</p>
        <button
          type="button"
          aria-pressed={isLive}
          data-key="p"
          onClick={() => {
            setLive(!isLive);
          }}
        >
          {isLive ? 'Live' : 'Held'}
        </button>
      </div>
      <FilterForm fields={fields} onChange={setFields}>
        <ExportButtons fields={fields} />
      </FilterForm>
      <Trouble failure={failure} />
      {found ? (
        <section class="card" aria-labelledby="events-title">
          <h2 id="events-title">{isBusy ? 'Looking…' : counted(found.events.length, 'event')}</h2>
          {found.events.length > 0 ? (
            <EventsTable events={found.events} />
          ) : (
            <p class="soft none">
              {found.next === undefined
                ? 'No event is like that.'
                : 'None so far. Look further back for older ones.'}
            </p>
          )}
          {found.next !== undefined && (
            <button type="button" class="more" disabled={isBusy} onClick={() => void more()}>
              {found.events.length > 0 ? (
                <>Load more than these {count(found.events.length)}</>
              ) : (
                'Look further back'
              )}{' '}
              <span class="soft">
                (looked back to <When at={found.searchedTo} />)
              </span>
            </button>
          )}
        </section>
      ) : (
        !failure && <Loading failure={failure} />
      )}
    </>
  );
};
