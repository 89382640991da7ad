import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

const script = join(import.meta.dirname, '../../../bin/marketo-destination.js');

/** A command in a real terminal. */
interface Running {
  /** What somebody in front of it sees. */
  readonly screen: () => string;
  /** Waits until the screen shows it. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly exit: Promise<number>;
}

/** Runs the command line in a terminal of 110 columns, until the test ends at the latest. */
export const inTerminal = (args: readonly string[]): Running => {
  const size = { cols: 110, rows: 60 };
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true });
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined };
  const shell = spawn(process.execPath, [script, ...args], { ...size, env });
  let written = Promise.resolve();
  shell.onData((data) => {
    written = written.then(
      () =>
        new Promise((resolve) => {
          terminal.write(data, resolve);
        }),
    );
  });
  let isOver = false;
  const exit = new Promise<number>((resolve) => {
    shell.onExit(({ exitCode }) => {
      isOver = true;
      void written.then(() => {
        resolve(exitCode);
      });
    });
  });
  onTestFinished(() => {
    if (!isOver) shell.kill();
    terminal.dispose();
  });
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, at) =>
      active.getLine(at)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  };
  return {
    screen,
    shows: (text) =>
      vi.waitFor(
        () => {
          if (!new RegExp(text).test(screen())) throw new Error(`not there yet:\n${screen()}`);
        },
        { timeout: 20_000, interval: 20 },
      ),
    type: (keys) => {
      shell.write(keys);
    },
    exit,
  };
};
