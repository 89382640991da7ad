import { useContext } from 'preact/hooks';
import type { FieldView } from '../../../views.ts';
import { PersonalDataContext } from '../personalData.ts';

/** Characters of a value that a table shows at first. */
const max = 160;

interface ValueProps extends Pick<FieldView, 'value'> {
  readonly isSent?: boolean;
}

/** A field's value; one that Marketo has is not kept. */
export const Value = ({ value, isSent = false }: ValueProps) => {
  const isMasked = useContext(PersonalDataContext) !== 'shown';
  if (value === undefined)
    return <span class="soft">{isMasked && !isSent ? 'hidden' : 'not kept'}</span>;
  if (value === null) return <em>cleared</em>;
  const text = String(value);
  if (typeof value !== 'string') return <code>{text}</code>;
  if (text === '') return <em>empty</em>;
  if (text.length <= max) return <>{text}</>;
  return (
    <details>
      <summary>{text.slice(0, max)}…</summary>
      {text}
    </details>
  );
};
