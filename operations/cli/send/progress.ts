import { sendFileTiming } from '../../limits.ts';
import type { Io } from '../io.ts';
import type { Position } from './position.ts';

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Shows how far a file has come: one line that is drawn anew, or a line now and then. */
export const createProgress = (
  io: Pick<Io, 'err' | 'isTerminal' | 'columns'>,
  totalBytes: number,
  begunAt: Position,
  now: () => number,
) => {
  const began = now();
  const everyMs = io.isTerminal ? sendFileTiming.drawMs : sendFileTiming.tellMs;
  let shownAt = began;
  let hasDrawn = false;
  const rate = ({ sent }: Position): number =>
    ((sent - begunAt.sent) * 1_000) / Math.max(1, now() - began);
  const draw = (text: string): void => {
    hasDrawn = io.isTerminal;
    io.err(io.isTerminal ? `\r\u001b[2K${text.slice(0, io.columns - 1)}` : `${text}\n`);
  };
  const clear = (): void => {
    if (hasDrawn) io.err('\r\u001b[2K');
    hasDrawn = false;
  };
  return {
    rate,
    show: (position: Position): void => {
      if (now() - shownAt < everyMs) return;
      shownAt = now();
      const { offset, sent, refused } = position;
      const share = totalBytes === 0 ? 100 : Math.floor((offset * 100) / totalBytes);
      const parts = [
        `${share} %`,
        `${grouped(sent)} events`,
        `${grouped(rate(position))} a second`,
      ];
      draw([...parts, ...(refused > 0 ? [`${grouped(refused)} refused`] : [])].join(' · '));
    },
    waiting: (because: string, ms: number): void => {
      draw(`${because}; trying again in ${Math.ceil(ms / 1_000)} s`);
    },
    /** A line that stays, above the progress. */
    note: (text: string): void => {
      clear();
      io.err(`${text}\n`);
    },
    clear,
  };
};
