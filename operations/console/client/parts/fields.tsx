import { useState } from 'preact/hooks';
import type { FieldView } from '../../../views.ts';
import { serverNow } from '../clock.ts';
import { count } from '../format.ts';
import { stateTones } from '../words.ts';
import { Chip } from './chip.tsx';
import { EventLink } from './ids.tsx';
import { useMore } from './more.tsx';
import { Value } from './value.tsx';
import { Ago, Left, When } from './when.tsx';

const states = ['rejected', 'waiting', 'held', 'sent'] as const;
const rowsAtOnce = 60;

interface RowProps {
  readonly field: FieldView;
  /** The row above says the same reason. */
  readonly isSaid: boolean;
}

/** What happens when the time is up. */
const atEnd = { held: 'a dead letter', waiting: 'next try', rejected: 'next try', sent: '' };

const Row = ({ field, isSaid }: RowProps) => {
  const { name, state, because, since, until, message } = field;
  return (
    <tr role="row" data-row tabIndex={-1}>
      <th role="rowheader" scope="row" class="name">
        {name}
      </th>
      <td role="cell" class="what">
        <Chip tone={stateTones[state] ?? 'quiet'}>{state}</Chip>
      </td>
      <td role="cell" class="value">
        <Value
          isSent={state === 'sent'}
          {...(field.value !== undefined && { value: field.value })}
        />
      </td>
      <td role="cell" class="said">
        {because !== undefined && <span class="because">{isSaid ? 'as above' : because}</span>}
        {until !== undefined && until > serverNow() && (
          <span class="soft">
            {atEnd[state]} in <Left until={until} />
          </span>
        )}
        {since !== undefined && (
          <span class="soft">
            since <When at={since} /> (<Ago at={since} />)
          </span>
        )}
      </td>
      <td role="cell" class="event">
        <EventLink message={message} />
      </td>
    </tr>
  );
};

/** A lead's fields: those that want attention first. */
export const Fields = ({ fields }: { fields: readonly FieldView[] }) => {
  const [state, setState] = useState<FieldView['state']>();
  const [part, setPart] = useState('');
  const sorted = states.flatMap((one) =>
    fields
      .filter((field) => field.state === one && (state ?? one) === one)
      .filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()))
      .toSorted((left, right) => left.name.localeCompare(right.name)),
  );
  const { shown, more } = useMore(sorted, rowsAtOnce, 'fields');
  return (
    <section class="card" aria-labelledby="fields-title">
      <div class="bar">
        <h2 id="fields-title">Fields</h2>
        <div role="group" aria-label="Fields by state" class="switch">
          {states.map((one) => {
            const many = fields.filter((field) => field.state === one).length;
            return many === 0 ? null : (
              <button
                key={one}
                type="button"
                aria-pressed={one === state}
                onClick={() => {
                  setState(one === state ? undefined : one);
                }}
              >
                {count(many)} {one}
              </button>
            );
          })}
        </div>
        {fields.length > rowsAtOnce / 2 && (
          <input
            type="search"
            aria-label="Fields whose name contains"
            placeholder="Name contains"
            value={part}
            onInput={({ currentTarget }) => {
              setPart(currentTarget.value);
            }}
          />
        )}
      </div>
      {fields.length === 0 ? (
        <p class="soft none">No event said anything about this person yet.</p>
      ) : (
        <table role="table" class="fields-table" aria-label="Fields">
          <thead role="rowgroup">
            <tr role="row">
              {['Field', 'State', 'Value', 'Why and since when', 'Event'].map((head) => (
                <th key={head} role="columnheader" scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {shown.map((field, index) => (
              <Row
                key={field.name}
                field={field}
                isSaid={index > 0 && field.because === shown[index - 1]?.because}
              />
            ))}
          </tbody>
        </table>
      )}
      {more}
      {fields.some(({ state }) => state === 'sent') && (
        <p class="soft note">
          Of values that Marketo has, only a digest is kept here: enough to not send them again.
        </p>
      )}
    </section>
  );
};
