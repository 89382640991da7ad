import type { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The terminal, as commands see it. */
export interface Io {
  /** What was asked for: goes to standard output. */
  out(text: string): void;
  /** Everything else: progress, questions, what went wrong. */
  err(text: string): void;
  /** Whether somebody looks at what goes to standard error, and may be asked. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Coloured where standard output is a terminal that wants colours. */
  paint(style: Style, text: string): string;
  /** A line that somebody types. */
  ask(question: string): Promise<string>;
  /** A line that somebody types and nobody sees. */
  askHidden(question: string): Promise<string>;
  /** Aborted by Ctrl-C. */
  readonly stopped: AbortSignal;
}
