import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';

/** Of each of the two files; together they hold about what memory does. */
/** Both files are read when the local pipeline starts: a second, at the most. */
const fileBytesMost = 16 * 1_024 * 1_024;

const newline = '\n';

const linesIn = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split(newline) : [];

/**
 * Lines in a file, one below the other, that the next start reads again. When the file is full it
 * becomes the older one, in place of the one before. Written once a turn of the event loop: what a
 * crash of the process tears off is at most the last moment, and a torn line is skipped at the start.
 */
export const openHistory = (
  file: string,
  onLine: (line: string) => void,
  bytesMost = fileBytesMost,
): { readonly append: (line: string) => void; readonly close: () => void } => {
  const older = `${file}.1`;
  const known = linesIn(file);
  for (const line of [...linesIn(older), ...known]) onLine(line);

  const open = (): { readonly to: number; bytes: number } => {
    const to = openSync(file, 'a', 0o600);
    return { to, bytes: fstatSync(to).size };
  };
  let current = open();
  // What follows a torn line begins a line of its own.
  let waiting = (known.at(-1) ?? '') === '' ? '' : newline;
  let isScheduled = false;
  let isClosed = false;

  const flush = (): void => {
    isScheduled = false;
    if (waiting === '' || isClosed) return;
    appendFileSync(current.to, waiting);
    current.bytes += Buffer.byteLength(waiting);
    waiting = '';
    if (current.bytes < bytesMost) return;
    closeSync(current.to);
    renameSync(file, older);
    current = open();
  };

  return {
    append: (line) => {
      waiting += line + newline;
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flush);
    },
    close: () => {
      if (isClosed) return;
      flush();
      isClosed = true;
      closeSync(current.to);
    },
  };
};
