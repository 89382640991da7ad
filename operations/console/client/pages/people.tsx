import { useContext, useEffect, useState } from 'preact/hooks';
import type { PeopleView } from '../../../views.ts';
import { ask, AskError } from '../api.ts';
import { counted } from '../format.ts';
import { personCharacters } from '../history/filter.ts';
import { Trouble } from '../parts/notice.tsx';
import { When } from '../parts/when.tsx';
import { short } from '../parts/ids.tsx';
import { PersonalDataContext } from '../personalData.ts';
import { hrefOf } from '../route.ts';
import { pageTiming } from '../timing.ts';

const usePeople = (part: string) => {
  const [people, setPeople] = useState<PeopleView['people']>();
  const [failure, setFailure] = useState<AskError>();
  useEffect(() => {
    setFailure(undefined);
    if (part.length < personCharacters) {
      setPeople(undefined);
      return undefined;
    }
    const stopped = new AbortController();
    const look = async (): Promise<void> => {
      try {
        const view = await ask<PeopleView>('people', { part }, stopped.signal);
        if (!stopped.signal.aborted) setPeople(view.people);
      } catch (error) {
        if (stopped.signal.aborted) return;
        setFailure(error instanceof AskError ? error : new AskError('unusable', String(error)));
      }
    };
    const timer = setTimeout(() => void look(), pageTiming.typedMs);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [part]);
  return { people, failure };
};

/** Finds people by a part of what is known of them. What is typed never gets into an address. */
export const PeoplePage = () => {
  const [part, setPart] = useState('');
  const { people, failure } = usePeople(part.trim());
  const isMasked = useContext(PersonalDataContext) !== 'shown';
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>People</h1>
        <p class="headline">Everybody whom an event has named.</p>
      </div>
      <form
        class="card filter"
        aria-label="Find people"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <label>
          Part of an e-mail, a userId or a name
          <input
            type="search"
            spellcheck={false}
            autocapitalize="off"
            placeholder={`At least ${personCharacters} characters`}
            value={part}
            onInput={({ currentTarget }) => {
              setPart(currentTarget.value);
            }}
          />
        </label>
      </form>
      <Trouble failure={failure} />
      {people && (
        <section class="card" aria-labelledby="people-title">
          <h2 id="people-title">{counted(people.length, 'person', 'people')}</h2>
          {people.length === 0 ? (
            <p class="soft none">Nobody is known by that.</p>
          ) : (
            <table role="table" class="events-table people-table" aria-labelledby="people-title">
              <thead role="rowgroup">
                <tr role="row">
                  {['Person', 'Name', 'userId', 'Last named'].map((head) => (
                    <th key={head} role="columnheader" scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody role="rowgroup">
                {people.map(({ owner, email, name, userId, at }) => (
                  <tr key={owner} role="row" data-row tabIndex={-1}>
                    <th role="rowheader" scope="row" class="person">
                      <a href={hrefOf.lead(owner)}>
                        {email ??
                          name ??
                          userId ??
                          (isMasked ? `hidden ${short(owner)}` : 'somebody')}
                      </a>
                    </th>
                    <td role="cell" class="said">
                      {name}
                    </td>
                    <td role="cell" class="said">
                      {userId}
                    </td>
                    <td role="cell" class="when">
                      <When at={at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
    </>
  );
};
