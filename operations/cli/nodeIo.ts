import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Io } from './io.ts';

/** Where what is typed is not seen. */
const unseen = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

/** The process's own terminal. The first Ctrl-C asks the command to stop, the second one ends it. */
export const createNodeIo = (): Io => {
  const { stdin, stdout, stderr, env } = process;
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort();
  });
  // Whoever reads has seen enough (`| head -1`).
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
  });
  const ask = async (question: string, output: NodeJS.WritableStream): Promise<string> => {
    // With `terminal` readline echoes what is typed itself, to this output and nowhere else.
    const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY });
    const ended = once(lines, 'close').then(() => '');
    try {
      return await Promise.race([lines.question(question, { signal: stopping.signal }), ended]);
    } catch (error) {
      // Ctrl-C while a line is read is no signal to the process.
      stopping.abort();
      throw error;
    } finally {
      lines.close();
    }
  };
  return {
    out: (text) => {
      stdout.write(`${text}\n`);
    },
    err: (text) => {
      stderr.write(text);
    },
    isTerminal: stdin.isTTY && stderr.isTTY,
    // Nothing is cut where a program reads.
    columns: stdout.isTTY ? stdout.columns : Infinity,
    env,
    // It looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
    paint: (style, text) => styleText(style, text, { stream: stdout, validateStream: true }),
    ask: (question) => ask(question, stderr),
    askHidden: async (question) => {
      stderr.write(question);
      try {
        return await ask('', unseen());
      } finally {
        stderr.write('\n');
      }
    },
    stopped: stopping.signal,
  };
};
