import type { LeadView } from '../../../views.ts';
import { stateTones } from '../words.ts';
import { Chip } from './chip.tsx';
import { KeyLink } from './ids.tsx';
import { useMore } from './more.tsx';

const rowsAtOnce = 20;

/** Who this is: for Marketo, for the log, and by which keys. */
export const Identity = ({ view }: { view: LeadView }) => {
  const { lead, key, marketoId, aliases } = view;
  const { shown, more } = useMore(aliases, rowsAtOnce, 'keys');
  return (
    <section class="card" aria-labelledby="identity-title">
      <h2 id="identity-title">Identity</h2>
      <dl class="facts">
        <div>
          <dt>In Marketo</dt>
          <dd>{marketoId === undefined ? 'id not known yet' : `lead ${marketoId}`}</dd>
        </div>
        {(lead ?? key) !== undefined && (
          <div>
            <dt>{lead === undefined ? 'Key in the log' : 'Lead in the log'}</dt>
            <dd>
              <code>{lead ?? key}</code>
            </dd>
          </div>
        )}
      </dl>
      {shown.length > 0 && (
        <>
          <h3>Keys that lead here</h3>
          <ul class="keys">
            {shown.map((alias) => (
              <li key={alias.key}>
                <span>{alias.kind ?? 'key'}</span> <KeyLink id={alias.key} />
              </li>
            ))}
          </ul>
          {more}
        </>
      )}
    </section>
  );
};

export const Cookies = ({ cookies }: Pick<LeadView, 'cookies'>) =>
  cookies.length === 0 ? null : (
    <section class="card" aria-labelledby="cookies-title">
      <h2 id="cookies-title">Cookies</h2>
      <ul class="plain-list">
        {cookies.map(({ token, state, because }) => (
          <li key={token}>
            <Chip tone={stateTones[state] ?? 'quiet'}>{state}</Chip> <code>{token}</code>
            {because !== undefined && <p class="because">{because}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
