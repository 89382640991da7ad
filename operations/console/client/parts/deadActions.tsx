import { useState } from 'preact/hooks';
import type { DeadOutcome } from '../../../views.ts';
import { act, summed, type Act } from '../deadLetters.ts';
import { count, counted } from '../format.ts';
import { Chip } from './chip.tsx';
import { Dialog } from './dialog.tsx';
import type { Tone } from '../words.ts';

const words = {
  resend: {
    name: 'Resend',
    asks: 'They go back to their places and on to Marketo, unless newer values have taken their place since. What was wrong should be put right first, or they come back.',
  },
  drop: {
    name: 'Drop',
    asks: 'They are deleted for good. Marketo never gets what is in them.',
  },
} as const satisfies Record<Act, object>;

const tones: Readonly<Record<DeadOutcome['outcome'], Tone>> = {
  resent: 'good',
  dropped: 'quiet',
  superseded: 'quiet',
  gone: 'wait',
  kept: 'bad',
};

const meanings: Readonly<Record<DeadOutcome['outcome'], string>> = {
  resent: 'on its way again',
  dropped: 'deleted',
  superseded: 'newer values have taken its place, so it was not sent',
  gone: 'no longer there',
  kept: 'still here',
};

interface ConfirmProps {
  readonly what: Act;
  readonly many: number;
  readonly isBusy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

const Confirm = ({ what, many, isBusy, onYes, onNo }: ConfirmProps) => {
  const { name, asks } = words[what];
  return (
    <Dialog title={`${name} ${counted(many, 'dead letter')}?`} onClose={onNo}>
      <p>{asks}</p>
      <div class="buttons">
        <button type="button" disabled={isBusy} onClick={onNo}>
          Cancel
        </button>
        <button
          type="button"
          class={what === 'drop' ? 'danger' : 'main'}
          disabled={isBusy}
          onClick={onYes}
        >
          {isBusy ? 'Working…' : `${name} ${count(many)}`}
        </button>
      </div>
    </Dialog>
  );
};

const Outcomes = ({ outcomes }: { outcomes: readonly DeadOutcome[] }) => (
  <ul class="outcomes">
    {summed(outcomes).map(({ outcome, times, reasons }) => (
      <li key={outcome}>
        <Chip tone={tones[outcome]}>
          {count(times)} {outcome}
        </Chip>{' '}
        {reasons.length > 0 ? reasons.join('; ') : meanings[outcome]}
      </li>
    ))}
  </ul>
);

interface DeadActionsProps {
  readonly ids: readonly string[];
  /** `isWhole`: all of them were answered for. */
  readonly onDone: (isWhole: boolean) => void;
}

/** What can be done with the ticked ones, and what came of it. */
export const DeadActions = ({ ids, onDone }: DeadActionsProps) => {
  const [asked, setAsked] = useState<Act>();
  const [isBusy, setBusy] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly DeadOutcome[]>([]);
  const [trouble, setTrouble] = useState('');

  const go = async (what: Act): Promise<void> => {
    setBusy(true);
    setTrouble('');
    setOutcomes([]);
    let isWhole = false;
    try {
      setOutcomes(await act(what, ids));
      isWhole = true;
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    setAsked(undefined);
    onDone(isWhole);
  };

  return (
    <div class="dead-actions">
      <div class="bar">
        <p role="status">
          {ids.length > 0 ? `${count(ids.length)} ticked` : 'Tick those to resend or drop.'}
        </p>
        {(Object.keys(words) as Act[]).map((what) => (
          <button
            key={what}
            type="button"
            disabled={ids.length === 0}
            onClick={() => {
              setAsked(what);
            }}
          >
            {words[what].name}…
          </button>
        ))}
      </div>
      <div role="status">
        {outcomes.length > 0 && <Outcomes outcomes={outcomes} />}
        {trouble !== '' && <p class="because">{trouble}</p>}
      </div>
      {asked && (
        <Confirm
          what={asked}
          many={ids.length}
          isBusy={isBusy}
          onYes={() => void go(asked)}
          onNo={() => {
            if (!isBusy) setAsked(undefined);
          }}
        />
      )}
    </div>
  );
};
