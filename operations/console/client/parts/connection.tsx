import type { FlowView } from '../../../views.ts';
import type { Polled } from '../polled.ts';
import { useNow } from '../clock.ts';
import { left } from '../format.ts';
import { pageTiming } from '../timing.ts';
import { When } from './when.tsx';

type Flow = Polled<FlowView>;

const stateOf = ({ data, failure }: Flow): readonly [tone: string, says: string] => {
  if (failure) return failure.code === 'offline' ? ['bad', 'Not connected'] : ['bad', 'Trouble'];
  return data ? ['good', 'Live'] : ['quiet', 'Connecting'];
};

/** A dot and a word in the header. */
export const Connection = ({ flow }: { flow: Flow }) => {
  const [tone, says] = stateOf(flow);
  return (
    <p class={`connection ${tone}`} role="status">
      <span class="dot" aria-hidden="true" />
      {says}
    </p>
  );
};

const Again = ({ retryAt }: { retryAt: number }) => {
  useNow(pageTiming.countdownMs);
  const ms = retryAt - Date.now();
  return <>{ms > 0 ? `Trying again in ${left(ms)}.` : 'Trying again…'}</>;
};

/** What is wrong with the connection, across the page. */
export const Disconnected = ({ flow }: { flow: Flow }) => {
  const { failure, loadedAt, retryAt, refresh } = flow;
  if (!failure) return null;
  return (
    <div class="banner">
      <p role="alert">
        {failure.code === 'offline' ? (
          <>
            <strong>Not connected.</strong> Nothing answers at {location.host}. Is the program that
            serves this page still running?
          </>
        ) : (
          <strong>{failure.message}</strong>
        )}
      </p>
      <p>
        {loadedAt !== undefined && (
          <>
            What you see is from <When at={loadedAt} />.{' '}
          </>
        )}
        {retryAt !== undefined && <Again retryAt={retryAt} />}{' '}
        <button type="button" onClick={refresh}>
          Try now
        </button>
      </p>
    </div>
  );
};
