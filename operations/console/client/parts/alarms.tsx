import type { AlarmsView, AlarmView } from '../../../views.ts';
import { counted } from '../format.ts';
import { usePolled } from '../polled.ts';
import { pageTiming } from '../timing.ts';
import type { Tone } from '../words.ts';
import { Chip } from './chip.tsx';
import { Notice, Trouble } from './notice.tsx';
import { When } from './when.tsx';

const words: Readonly<Record<AlarmView['state'], readonly [tone: Tone, name: string]>> = {
  rings: ['bad', 'rings'],
  unknown: ['wait', 'too little data'],
  quiet: ['good', 'quiet'],
};

const Alarm = ({ alarm: { name, state, says, section, since } }: { alarm: AlarmView }) => (
  <li data-row tabIndex={-1}>
    <p>
      <Chip tone={words[state][0]}>{words[state][1]}</Chip> <strong>{name}</strong>
      {since !== undefined && (
        <span class="soft">
          {' '}
          since <When at={since} />
        </span>
      )}
    </p>
    <p>{says}</p>
    {section !== undefined && state !== 'quiet' && (
      <p>
        <strong>What to do:</strong> <code>docs/operations.md#{section}</code>
      </p>
    )}
  </li>
);

/** Those that ring, and the others at a press. */
export const Alarms = () => {
  const { data, failure } = usePolled<AlarmsView>('alarms', {}, pageTiming.alarmsMs);
  const alarms = data?.alarms ?? [];
  const loud = alarms.filter(({ state }) => state === 'rings');
  const others = alarms.filter(({ state }) => state !== 'rings');
  return (
    <section class="card" aria-labelledby="alarms-title">
      <h2 id="alarms-title">Alarms</h2>
      <Trouble failure={failure} />
      {data?.because !== undefined && <p class="soft">No alarms: {data.because}.</p>}
      {alarms.length > 0 && loud.length === 0 && <Notice tone="good">No alarm rings.</Notice>}
      {loud.length > 0 && (
        <ul class="checks plain-list" aria-label="Alarms that ring">
          {loud.map((alarm) => (
            <Alarm key={alarm.name} alarm={alarm} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <details>
          <summary>{counted(others.length, 'more alarm')}</summary>
          <ul class="checks plain-list" aria-label="Alarms that do not ring">
            {others.map((alarm) => (
              <Alarm key={alarm.name} alarm={alarm} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
};
