import type { HistoryEvent } from '../../../../lambdas/history/types.ts';
import { useContext } from 'preact/hooks';
import { Chip } from '../parts/chip.tsx';
import { short } from '../parts/ids.tsx';
import { When } from '../parts/when.tsx';
import { PersonalDataContext } from '../personalData.ts';
import { hrefOf } from '../route.ts';
import { outcomeWords } from './outcomes.ts';

/** A person as people know them; else what the event is known by. */
const personOf = ({ email, personName, userId, anonymousId }: HistoryEvent): string =>
  email ?? personName ?? userId ?? anonymousId ?? '';

const Row = ({ event }: { event: HistoryEvent }) => {
  const { at, outcome, type, name, source, reason, owner, message } = event;
  const { tone, name: word } = outcomeWords[outcome];
  const isMasked = useContext(PersonalDataContext) !== 'shown';
  const person =
    personOf(event) || (isMasked && owner !== undefined ? `hidden ${short(owner)}` : '');
  return (
    <tr role="row" data-row tabIndex={-1}>
      <td role="cell" class="when">
        <a href={hrefOf.event(message)}>
          <When at={at} />
        </a>
      </td>
      <td role="cell" class="what">
        <Chip tone={tone}>{word}</Chip>
      </td>
      <td role="cell" class="said">
        <span>
          {type ?? 'event'}
          {name !== undefined && <strong> {name}</strong>}
        </span>
        {reason !== undefined && <span class="because">{reason}</span>}
      </td>
      <td role="cell" class="person">
        {owner === undefined || person === '' ? (
          <span class="soft">{person === '' ? 'nobody known' : person}</span>
        ) : (
          <a href={hrefOf.lead(owner)}>{person}</a>
        )}
      </td>
      <td role="cell" class="source soft">
        {source}
      </td>
    </tr>
  );
};

/** Events, the latest first. Enter opens the event of a row. */
export const EventsTable = ({ events }: { events: readonly HistoryEvent[] }) => (
  <table role="table" class="events-table" aria-label="Events, latest first">
    <thead role="rowgroup">
      <tr role="row">
        {['When', 'Outcome', 'Event', 'Person', 'Source'].map((head) => (
          <th key={head} role="columnheader" scope="col">
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      {events.map((event) => (
        <Row key={event.message} event={event} />
      ))}
    </tbody>
  </table>
);
