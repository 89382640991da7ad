import { useRef, useState } from 'preact/hooks';
import type { Info, Line } from '../../../views.ts';
import { toneOf } from './said.tsx';
import { Lines } from './lines.tsx';

/** Rows on the page, however many come. */
const maxRows = 60;

const shows = {
  all: () => true,
  calls: ({ kind }) => kind === 'call',
  trouble: (line) => toneOf(line) === 'bad' || line.kind === 'trouble',
} as const satisfies Record<string, (line: Line) => boolean>;

type Show = keyof typeof shows;

const names: Readonly<Record<Show, string>> = { all: 'All', calls: 'Calls', trouble: 'Trouble' };

interface StreamProps {
  readonly lines: readonly Line[];
  readonly info: Info | undefined;
}

/** Where to send the first event. */
const Nothing = ({ info }: Pick<StreamProps, 'info'>) => (
  <p class="soft none">
    No lines yet. Send an event{' '}
    {info && (
      <>
        to <code>{info.ingestUrl}/v1/identify</code>
        {info.writeKeyHint !== undefined && (
          <>
            {' '}
            (write key: <code>{info.writeKeyHint}</code>)
          </>
        )}{' '}
      </>
    )}
    and watch it come.
  </p>
);

/**
 * The latest lines, as they come. They hold still at the press of a button, and while somebody points
 * at them or walks through them with the keyboard.
 */
export const Stream = ({ lines, info }: StreamProps) => {
  const [show, setShow] = useState<Show>('all');
  const [isPaused, setPaused] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const first = useRef(lines[0]?.at ?? 0);
  const held = useRef(lines);
  if (!isPaused && !isBusy) held.current = lines;
  const shown = held.current.filter(shows[show]).slice(0, maxRows);
  return (
    <section class="card stream" aria-labelledby="stream-title">
      <div class="bar">
        <h2 id="stream-title">Latest lines</h2>
        <div role="group" aria-label="Which lines" class="switch">
          {(Object.keys(shows) as Show[]).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === show}
              onClick={() => {
                setShow(one);
              }}
            >
              {names[one]}
            </button>
          ))}
        </div>
        <button
          type="button"
          data-key="p"
          aria-pressed={isPaused}
          onClick={() => {
            setPaused(!isPaused);
          }}
        >
          {isPaused ? 'Go on' : 'Hold'}
        </button>
      </div>
      <div
        onPointerEnter={({ pointerType }) => {
          if (pointerType === 'mouse') setBusy(true);
        }}
        onPointerLeave={() => {
          setBusy(false);
        }}
        onFocusIn={() => {
          setBusy(true);
        }}
        onFocusOut={() => {
          setBusy(false);
        }}
      >
        {lines.length === 0 && <Nothing info={info} />}
        {lines.length > 0 && shown.length === 0 && (
          <p class="soft none">None among the latest lines.</p>
        )}
        {shown.length > 0 && (
          <Lines lines={shown} label="Latest lines" hasLead freshSince={first.current} />
        )}
      </div>
    </section>
  );
};
