import { useState } from 'preact/hooks';
import { AskError } from '../api.ts';

/** Something that is shown at a press, and hidden at the next one. */
export const useRevealed = <Data>(askFor: () => Promise<Data>) => {
  const [shown, setShown] = useState<Data>();
  const [failure, setFailure] = useState<AskError>();
  const [isBusy, setBusy] = useState(false);
  const reveal = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await askFor();
      setShown(answer);
    } catch (error) {
      setFailure(error instanceof AskError ? error : new AskError('unusable', String(error)));
    }
    setBusy(false);
  };
  const hide = (): void => {
    setShown(undefined);
  };
  return { shown, failure, isBusy, reveal, hide };
};
