import { keyHelp } from '../keys.ts';
import { steps } from '../words.ts';
import { Chip } from './chip.tsx';
import { Dialog } from './dialog.tsx';

/** The keys, and what the words of the log mean. */
export const Help = ({ onClose }: { onClose: () => void }) => (
  <Dialog title="Keys and words" onClose={onClose}>
    <div class="help">
      <dl class="keys" aria-label="Keys">
        {keyHelp.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(/ +/).map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <dl class="words" aria-label="Words">
        {Object.entries(steps).map(([step, { tone, means }]) => (
          <div key={step}>
            <dt>
              <Chip tone={tone}>{step}</Chip>
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
    </div>
    <div class="buttons">
      <button type="button" class="main" onClick={onClose}>
        Close
      </button>
    </div>
  </Dialog>
);
