import { createConsole, type Console } from '../operations/console/server.ts';
import { createLater } from '../operations/later.ts';
import type { Operations } from '../operations/ports.ts';
import type { Info } from '../operations/views.ts';
import type { LocalParts } from './operations.ts';
import { localWriteKey } from './settings.ts';

interface LocalConsole {
  readonly operations: Operations;
  readonly info: Info;
  readonly console: Console;
  readonly close: () => void;
}

/** The console of a run on this machine, over the run's own parts. */
export const createLocalConsole = (parts: LocalParts, writeKey: string): LocalConsole => {
  let close = (): void => undefined;
  const operations = createLater(async () => {
    // A fifth of a second that a run whose console nobody opens does not spend.
    const { createLocalOperations } = await import('./operations.ts');
    const made = createLocalOperations(parts);
    close = made.close;
    return made.operations;
  });
  const info = {
    name: 'local pipeline',
    isLocal: true,
    ingestUrl: parts.ingestUrl.replace('127.0.0.1', 'localhost'),
    // A key of the user's own is a secret, which the environment has.
    writeKeyHint: writeKey === localWriteKey ? writeKey : 'from WRITE_KEYS',
  };
  return {
    operations,
    info,
    console: createConsole({ operations, info }),
    close: () => {
      close();
    },
  };
};
