import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { AskError } from '../api.ts';
import { find, kinds, type Kind } from '../find.ts';

interface SearchProps {
  readonly field: RefObject<HTMLInputElement | null>;
}

const notFound = (kind: Kind): string =>
  kind === 'anything'
    ? 'Nothing is known by that. A person may be known by another key: try their e-mail, userId, anonymousId or cookie.'
    : `Nothing is known by that ${kinds[kind]}. A person may be known by another key.`;

/** One field to find a lead by any of its keys, or an event. What is typed never gets into an address. */
export const Search = ({ field }: SearchProps) => {
  const [kind, setKind] = useState<Kind>('anything');
  const [says, setSays] = useState('');

  const search = async (text: string): Promise<void> => {
    setSays('Looking…');
    try {
      const href = await find(kind, text);
      setSays(href === undefined ? notFound(kind) : '');
      if (href === undefined) return;
      location.hash = href;
      if (!field.current) return;
      field.current.value = '';
      field.current.blur();
    } catch (error) {
      setSays(error instanceof AskError ? error.message : String(error));
    }
  };

  return (
    <form
      role="search"
      class="search"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        const text = field.current?.value.trim() ?? '';
        if (text !== '') void search(text);
      }}
    >
      <select
        aria-label="What it is"
        value={kind}
        onChange={({ currentTarget }) => {
          setKind(currentTarget.value as Kind);
        }}
      >
        {Object.entries(kinds).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <input
        ref={field}
        type="search"
        aria-label="Find a lead or an event"
        aria-describedby="search-says"
        placeholder="E-mail, userId, anonymousId, cookie, messageId"
        autocapitalize="off"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        onInput={() => {
          setSays('');
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Escape') currentTarget.blur();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
      <p id="search-says" role="status">
        {says}
      </p>
    </form>
  );
};
