import { useState } from 'preact/hooks';
import type { DeadView } from '../../../views.ts';
import { ask } from '../api.ts';
import { act, summed } from '../deadLetters.ts';
import { count, counted } from '../format.ts';
import { Dialog } from '../parts/dialog.tsx';

interface Page {
  readonly dead: readonly DeadView[];
  readonly next?: string;
}

/** All dead letters of a reason. */
const lettersOf = async (reason: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page: Page = await ask<Page>('dead', after === undefined ? {} : { after });
    ids.push(...page.dead.filter(({ because }) => because === reason).map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
};

/** Resends everything that was given up for a reason, after a question. */
export const ResendAll = ({ reason }: { reason: string }) => {
  const [ids, setIds] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [says, setSays] = useState('');

  const guarded = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await run();
    } catch (error) {
      setSays(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const look = () =>
    guarded(async () => {
      setSays('Looking…');
      const found = await lettersOf(reason);
      setIds(found);
      setSays(found.length === 0 ? 'None of its dead letters is left.' : '');
    });
  const resend = () =>
    guarded(async () => {
      const outcomes = summed(await act('resend', ids));
      setIds([]);
      setSays(outcomes.map(({ outcome, times }) => `${count(times)} ${outcome}`).join(', '));
    });

  return (
    <div class="bar">
      <p class="soft" role="status">
        {says}
      </p>
      <button type="button" disabled={isBusy} onClick={() => void look()}>
        Resend all…
      </button>
      {ids.length > 0 && (
        <Dialog
          title={`Resend ${counted(ids.length, 'dead letter')}?`}
          onClose={() => {
            if (!isBusy) setIds([]);
          }}
        >
          <p>
            They go on to Marketo, unless newer values have taken their place since. What was wrong
            should be put right first, or they come back.
          </p>
          <div class="buttons">
            <button
              type="button"
              disabled={isBusy}
              onClick={() => {
                setIds([]);
              }}
            >
              Cancel
            </button>
            <button type="button" class="main" disabled={isBusy} onClick={() => void resend()}>
              {isBusy ? 'Working…' : `Resend ${count(ids.length)}`}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
};
