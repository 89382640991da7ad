import { useState } from 'preact/hooks';
import type { EventView, SentView } from '../../../views.ts';
import { ask } from '../api.ts';
import { Chip } from '../parts/chip.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Notice, Trouble } from '../parts/notice.tsx';
import { Steps } from '../parts/steps.tsx';
import { usePolled } from '../polled.ts';
import { hrefOf } from '../route.ts';
import { pageTiming } from '../timing.ts';

/** A test event on its way, step by step, until it has arrived or ended otherwise. */
export const Arrival = ({ sent: { messageId, message } }: { sent: SentView }) => {
  const { data, failure } = usePolled<EventView>('event', { messageId }, pageTiming.testMs);
  const isUnknown = failure?.code === 'not-found';
  return (
    <section class="card arrival" aria-labelledby="arrival-title">
      <div class="bar">
        <h2 id="arrival-title">The test event on its way</h2>
        <Chip tone={data?.isDone === true ? 'good' : 'wait'}>
          {data?.isDone === true ? 'done' : 'on its way'}
        </Chip>
      </div>
      <p role="status">
        {data?.summary ?? 'It is accepted and safe. Its first step shows here in a moment.'}
      </p>
      {!isUnknown && <Trouble failure={failure} />}
      {data && <Steps steps={data.steps} tookMs={data.tookMs} />}
      <p>
        <a href={hrefOf.event(message)}>The page of this event</a>
      </p>
    </section>
  );
};

interface SendProps {
  readonly event: unknown;
  readonly isReady: boolean;
  readonly onSent: (sent: SentView) => void;
}

/** Sends what stands in the field as a real event. */
export const TestEvent = ({ event, isReady, onSent }: SendProps) => {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');

  const send = async (): Promise<void> => {
    setBusy(true);
    setTrouble('');
    try {
      onSent(await ask<SentView>('send', { event }));
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    setAsking(false);
  };

  return (
    <>
      <div class="buttons">
        <button
          type="button"
          disabled={!isReady}
          onClick={() => {
            setAsking(true);
          }}
        >
          Send as a test event…
        </button>
      </div>
      {trouble !== '' && (
        <div role="alert">
          <Notice tone="bad">{trouble}</Notice>
        </div>
      )}
      {isAsking && (
        <Dialog
          title="Send this event?"
          onClose={() => {
            if (!isBusy) setAsking(false);
          }}
        >
          <p>
            It goes the whole way, like an event of one of your servers: Marketo creates or updates
            the lead. The mapping in force counts, not the one that you try here.
          </p>
          <div class="buttons">
            <button
              type="button"
              disabled={isBusy}
              onClick={() => {
                setAsking(false);
              }}
            >
              Cancel
            </button>
            <button type="button" class="main" disabled={isBusy} onClick={() => void send()}>
              {isBusy ? 'Sending…' : 'Send'}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
};
