import { useContext, useEffect, useState } from 'preact/hooks';
import type { EventDetails } from '../../../views.ts';
import { ask } from '../api.ts';
import { PersonalDataContext } from '../personalData.ts';
import { hrefOf } from '../route.ts';

/** What the history has of an event beside its steps; asked anew where `version` changes. */
export const useDetails = (message: string, version: string): EventDetails | undefined => {
  const [details, setDetails] = useState<EventDetails>();
  useEffect(() => {
    const stopped = new AbortController();
    ask<EventDetails>('details', { message }, stopped.signal).then(
      (found) => {
        if (!stopped.signal.aborted) setDetails(found);
      },
      // The steps stand there all the same: without a history, nobody knows more.
      () => undefined,
    );
    return () => {
      stopped.abort();
    };
  }, [message, version]);
  return details;
};

/** What the event is: its type and name, who sent it, and of whom it is. */
export const Details = ({ details }: { details: EventDetails }) => {
  const { type, name, source, owner, email, personName, userId, anonymousId } = details;
  const isMasked = useContext(PersonalDataContext) !== 'shown';
  const person = email ?? personName ?? userId ?? anonymousId;
  return (
    <>
      {type !== undefined && (
        <div>
          <dt>What it is</dt>
          <dd>
            {type} {name !== undefined && <strong>{name}</strong>}
          </dd>
        </div>
      )}
      {source !== undefined && (
        <div>
          <dt>Source</dt>
          <dd>{source}</dd>
        </div>
      )}
      {(person !== undefined || owner !== undefined) && (
        <div>
          <dt>Person</dt>
          <dd>
            {owner === undefined ? (
              person
            ) : (
              <a href={hrefOf.lead(owner)}>{person ?? (isMasked ? 'hidden' : 'their page')}</a>
            )}
          </dd>
        </div>
      )}
    </>
  );
};
