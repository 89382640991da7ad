import { OperationsError } from '../error.ts';

/** What a script can tell from how the command ended. */
export const exits = {
  /** It is done, or what was looked for is there. */
  done: 0,
  /** The question was answered with no: not known, a check failed, an event refused, a letter gone. */
  no: 1,
  /** The command was not understood, or cannot be carried out as it stands. */
  usage: 2,
  /** The destination does not answer. */
  unreachable: 3,
  /** It answers, and refuses: credentials, keys, permissions. */
  denied: 4,
  /** It answers with what cannot be used. */
  unusable: 5,
  /** Ctrl-C. */
  stopped: 130,
} as const;

const exitOf: Readonly<Record<OperationsError['code'], number>> = {
  'bad-input': exits.usage,
  'not-found': exits.no,
  unreachable: exits.unreachable,
  denied: exits.denied,
  unusable: exits.unusable,
};

/** How a command that failed ends. */
export const exitFor = (error: unknown): number =>
  error instanceof OperationsError ? exitOf[error.code] : exits.unusable;
