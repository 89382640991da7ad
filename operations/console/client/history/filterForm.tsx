import type { ComponentChildren } from 'preact';
import { minuteTime } from '../format.ts';
import { eventTypes, personCharacters, rangeNames, ranges, type Fields } from './filter.ts';
import { outcomes, outcomeWords } from './outcomes.ts';

interface FilterProps {
  readonly fields: Fields;
  readonly onChange: (fields: Fields) => void;
  readonly children?: ComponentChildren;
}

type TextKey = 'person' | 'name' | 'source' | 'reason' | 'messageId';

const texts: readonly (readonly [key: TextKey, label: string, hint: string])[] = [
  ['person', 'Person', `Part of an e-mail, userId or name`],
  ['name', 'Event or page', 'Part of its name'],
  ['source', 'Source', 'Its name'],
  ['reason', 'Reason', 'Part of it'],
  ['messageId', 'messageId', 'Part of it'],
];

/** Times to choose from, as buttons. */
export const Ranges = ({
  value,
  onChange,
}: {
  value: Fields['range'];
  onChange: (range: keyof typeof ranges) => void;
}) => (
  <div role="group" aria-label="Time" class="switch">
    {rangeNames.map((range) => (
      <button
        key={range}
        type="button"
        aria-pressed={range === value}
        onClick={() => {
          onChange(range);
        }}
      >
        {ranges[range].name}
      </button>
    ))}
  </div>
);

/** What narrows the list of events. */
export const FilterForm = ({ fields, onChange, children }: FilterProps) => {
  const change = (some: Partial<Fields>): void => {
    onChange({ ...fields, ...some });
  };
  const isShort = fields.person !== '' && fields.person.trim().length < personCharacters;
  return (
    <form
      class="card filter"
      aria-label="Filter"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <div class="bar">
        <div role="group" aria-label="Time" class="switch">
          {([...rangeNames, 'all'] as const).map((range) => (
            <button
              key={range}
              type="button"
              aria-pressed={range === fields.range}
              onClick={() => {
                change({ range });
              }}
            >
              {range === 'all' ? 'All' : ranges[range].name}
            </button>
          ))}
          {fields.range === 'between' && (
            <button type="button" aria-pressed={true}>
              {minuteTime(fields.from ?? 0)}–{minuteTime(fields.to ?? 0)}
            </button>
          )}
        </div>
        {children}
      </div>
      <div class="filter-fields">
        {texts.map(([key, label, hint]) => (
          <label key={key}>
            {label}
            <input
              type="search"
              placeholder={hint}
              spellcheck={false}
              autocapitalize="off"
              value={fields[key]}
              onInput={({ currentTarget }) => {
                change({ [key]: currentTarget.value });
              }}
            />
          </label>
        ))}
        <label>
          Type
          <select
            value={fields.type}
            onChange={({ currentTarget }) => {
              change({ type: currentTarget.value as Fields['type'] });
            }}
          >
            <option value="">any</option>
            {eventTypes.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        </label>
        <label>
          Outcome
          <select
            value={fields.outcome}
            onChange={({ currentTarget }) => {
              change({ outcome: currentTarget.value as Fields['outcome'] });
            }}
          >
            <option value="">any</option>
            {outcomes.map((outcome) => (
              <option key={outcome} value={outcome}>
                {outcomeWords[outcome].name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="soft" role="status">
        {isShort ? `A person is looked for by at least ${personCharacters} characters.` : ''}
      </p>
    </form>
  );
};
