import type { DeadView } from '../../../views.ts';
import { count, counted } from '../format.ts';
import { EventLinks, KeyLink, LeadLink } from './ids.tsx';
import { Value } from './value.tsx';
import { When } from './when.tsx';

const kinds: Readonly<Record<DeadView['kind'], string>> = {
  lead: 'fields',
  visit: 'visit',
  event: 'event',
};

/** Fields that are shown before the rest is folded away. */
const maxFields = 2;

const Fields = ({ fields }: Pick<DeadView, 'fields'>) => (
  <dl class="values">
    {fields.map(({ name, value }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>
          <Value {...(value !== undefined && { value })} />
        </dd>
      </div>
    ))}
  </dl>
);

const What = ({ letter: { fields, activities, page, kind } }: { letter: DeadView }) => {
  const rest = fields.slice(maxFields);
  return (
    <>
      {fields.length > 0 && <Fields fields={fields.slice(0, maxFields)} />}
      {rest.length > 0 && (
        <details>
          <summary>and {counted(rest.length, 'more field', 'more fields')}</summary>
          <Fields fields={rest} />
        </details>
      )}
      {activities > 0 && <p>{counted(activities, 'activity', 'activities')}</p>}
      {page !== undefined && <p class="page">{page}</p>}
      {kind === 'event' && fields.length === 0 && <p>An event that could not be processed</p>}
    </>
  );
};

interface DeadRowProps {
  readonly letter: DeadView;
  readonly isTicked: boolean;
  readonly onTick: (isTicked: boolean) => void;
  readonly hasLead: boolean;
}

export const DeadRow = ({ letter: deadLetter, isTicked, onTick, hasLead }: DeadRowProps) => {
  const { at, kind, lead, key, messages } = deadLetter;
  return (
    <tr role="row" data-row tabIndex={-1} class={isTicked ? 'ticked' : ''}>
      <td role="cell" class="tick">
        <input
          type="checkbox"
          aria-label={`Tick the dead letter of ${kinds[kind]}, ${count(messages.length)} events`}
          checked={isTicked}
          onChange={({ currentTarget }) => {
            onTick(currentTarget.checked);
          }}
        />
      </td>
      <td role="cell" class="when">
        {at === undefined ? <span class="soft">time not known</span> : <When at={at} />}
        <span class="soft"> {kinds[kind]}</span>
      </td>
      <td role="cell" class="said">
        <What letter={deadLetter} />
      </td>
      <td role="cell" class="event">
        <EventLinks messages={messages} />
      </td>
      {hasLead && (
        <td role="cell" class="lead">
          {lead !== undefined ? <LeadLink id={lead} /> : key !== undefined && <KeyLink id={key} />}
        </td>
      )}
    </tr>
  );
};
