import { openTarget, type Target, type TargetOptions } from '../../../operations/cli/target.ts';
import type { Io } from '../../../operations/cli/io.ts';
import { main } from '../../../operations/cli/program.ts';
import type { Retries } from '../../../operations/cli/send/post.ts';

const quick: Retries = { requestMs: 5_000, backoffFirstMs: 5, backoffLongestMs: 20, giveUpMs: 300 };

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

interface Settings {
  readonly env?: Io['env'];
  readonly stop?: AbortController;
  readonly retries?: Partial<Retries>;
  /** Instead of the destination that the command line names. */
  readonly target?: Target;
  /** What somebody types when asked for something secret; absent: nobody is there. */
  readonly typed?: readonly string[];
  /** Told of everything that goes to standard error. */
  readonly onErr?: (text: string) => void;
  /** Told of everything that goes to standard output. */
  readonly onOut?: (text: string) => void;
}

/** Runs a command line in this process, without a terminal, against the destination it names. */
export const command = async (
  argv: readonly string[],
  { env = {}, stop = new AbortController(), retries, target, onErr, onOut, typed }: Settings = {},
): Promise<Ended> => {
  let out = '';
  let err = '';
  const answers = [...(typed ?? [])];
  const io: Io = {
    out: (text) => {
      out += `${text}\n`;
      onOut?.(text);
    },
    err: (text) => {
      err += text;
      onErr?.(text);
    },
    isTerminal: typed !== undefined,
    columns: 120,
    env,
    paint: (_, text) => text,
    ask: () => Promise.reject(new Error('nobody is there to be asked')),
    askHidden: (question) => {
      err += question;
      const answer = answers.shift();
      if (answer === undefined) return Promise.reject(new Error('nobody is there to be asked'));
      return Promise.resolve(answer);
    },
    stopped: stop.signal,
  };
  const open = (options: TargetOptions) =>
    target ? Promise.resolve(target) : openTarget(options, env);
  const exit = await main(argv, io, { open, retries: { ...quick, ...retries } });
  return { exit, out, err };
};
