import type { LeadView } from '../../../views.ts';
import { stateTones } from '../words.ts';
import { Chip } from './chip.tsx';
import { EventLink } from './ids.tsx';
import { useMore } from './more.tsx';
import { When } from './when.tsx';

const rowsAtOnce = 20;

/** Custom activities that Marketo has not got yet. */
export const Activities = ({ activities }: Pick<LeadView, 'activities'>) => {
  const { shown, more } = useMore(activities, rowsAtOnce, 'activities');
  return shown.length === 0 ? null : (
    <section class="card" aria-labelledby="activities-title">
      <h2 id="activities-title">Activities that wait</h2>
      <ul class="plain-list">
        {shown.map(({ typeId, primary, state, since, message }) => (
          <li key={`${message} ${typeId}`}>
            <Chip tone={stateTones[state] ?? 'quiet'}>{state}</Chip> {primary}
            <p class="soft">
              type {typeId}, since <When at={since} />, event <EventLink message={message} />
            </p>
          </li>
        ))}
      </ul>
      {more}
    </section>
  );
};
