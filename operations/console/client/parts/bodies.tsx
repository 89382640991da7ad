import { useContext } from 'preact/hooks';
import type { EventBodies, EventDetails } from '../../../views.ts';
import { ask } from '../api.ts';
import { PersonalDataContext } from '../personalData.ts';
import { Trouble } from './notice.tsx';
import { useRevealed } from './revealed.ts';

const titles = {
  received: 'What came in',
  sent: 'What went to Marketo of this person',
  answer: 'What Marketo answered',
} as const satisfies Record<EventDetails['bodies'][number], string>;

/** As one reads it; what was cut off is no JSON, and stands as it is. */
const indented = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return `${text}\n… (cut off)`;
  }
};

const Shown = ({ bodies }: { bodies: EventBodies }) => (
  <>
    {(Object.keys(titles) as (keyof typeof titles)[]).map((name) => (
      <section key={name} aria-labelledby={`body-${name}`}>
        <h3 id={`body-${name}`}>{titles[name]}</h3>
        {bodies[name] === undefined ? (
          <p class="soft">Nothing yet.</p>
        ) : (
          <pre class="body" tabIndex={0} aria-labelledby={`body-${name}`}>
            {indented(bodies[name])}
          </pre>
        )}
      </section>
    ))}
  </>
);

/** What came in, what went out and what Marketo answered: at a press, since it is personal data. */
export const Bodies = ({ details: { message, bodies } }: { details: EventDetails }) => {
  const { shown, failure, isBusy, reveal, hide } = useRevealed(() =>
    ask<EventBodies>('reveal', { message }),
  );
  const mayReveal = useContext(PersonalDataContext) !== 'hidden';
  return (
    <section class="card" aria-labelledby="bodies-title">
      <div class="bar">
        <h2 id="bodies-title">In and out</h2>
        {bodies.length > 0 && mayReveal && (
          <button
            type="button"
            aria-expanded={shown !== undefined}
            disabled={isBusy}
            onClick={() => {
              if (shown) hide();
              else void reveal();
            }}
          >
            {shown ? 'Hide' : isBusy ? 'Looking…' : 'Show'}
          </button>
        )}
      </div>
      <Trouble failure={failure} />
      {shown ? (
        <Shown bodies={shown} />
      ) : (
        <p class="soft">
          {bodies.length === 0
            ? 'No bodies are kept of this event: the setting history.payloads is off, or they went with a deletion or a refusal of consent.'
            : mayReveal
              ? 'The event as it came in, what went to Marketo and what Marketo answered. It is personal data.'
              : 'The bodies are personal data, which viewers do not see. Ask an operator.'}
        </p>
      )}
    </section>
  );
};
