import { useState } from 'preact/hooks';
import type { SentView } from '../../../views.ts';
import { ask } from '../api.ts';
import { hrefOf } from '../route.ts';
import { Dialog } from './dialog.tsx';

/** Deletes what is held of a person, after a question. */
export const Erase = ({ address }: { address: string }) => {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const close = (): void => {
    if (!isBusy) setAsking(false);
  };
  const erase = async (): Promise<void> => {
    setBusy(true);
    setTrouble('');
    try {
      const { message } = await ask<SentView>('erase', { user: address });
      location.hash = hrefOf.event(message);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setAsking(true);
        }}
      >
        Delete this person’s data…
      </button>
      {isAsking && (
        <Dialog title={`Delete all that is held of ${address}?`} onClose={close}>
          <p>
            Values, links between keys, held traits, waiting visits and dead letters are deleted for
            good. Whether the lead in Marketo is deleted, too, says the setting{' '}
            <code>marketo.deleteLeads</code>.
          </p>
          {trouble !== '' && (
            <p class="because" role="alert">
              {trouble}
            </p>
          )}
          <div class="buttons">
            <button type="button" disabled={isBusy} onClick={close}>
              Cancel
            </button>
            <button type="button" class="danger" disabled={isBusy} onClick={() => void erase()}>
              {isBusy ? 'Working…' : 'Delete'}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
};
