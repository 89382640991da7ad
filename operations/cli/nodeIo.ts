import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import type { Io } from './io.ts';

/** The process's own terminal. The first Ctrl-C asks the command to stop, the second one ends it. */
export const createNodeIo = (): Io => {
  const { stdin, stdout, stderr, env } = process;
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort();
  });
  return {
    out: (text) => {
      stdout.write(`${text}\n`);
    },
    err: (text) => {
      stderr.write(text);
    },
    isTerminal: stdin.isTTY && stderr.isTTY,
    columns: stdout.columns || 100,
    env,
    // It looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
    paint: (style, text) => styleText(style, text, { stream: stdout, validateStream: true }),
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal: stopping.signal });
      } finally {
        lines.close();
      }
    },
    stopped: stopping.signal,
  };
};
