import type { Line } from '../../views.ts';

const nameOf = (line: Line): string => {
  const start = `${line.at} ${line.service} ${line.kind}`;
  switch (line.kind) {
    case 'step': {
      const { step, messages, lead = '', fields = [] } = line;
      return `${start} ${step} ${messages.join(' ')} ${lead} ${fields.join(' ')}`;
    }
    case 'call':
      return `${start} ${line.call}`;
    case 'trouble':
      return `${start} ${line.message}`;
  }
};

/**
 * A name for each of these lines, latest first, that stays when newer ones come before them: lines
 * that say the same are counted from the earliest.
 */
export const keysOf = (lines: readonly Line[]): readonly string[] => {
  const seen = new Map<string, number>();
  return lines
    .toReversed()
    .map((line) => {
      const name = nameOf(line);
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return `${name} ${times}`;
    })
    .reverse();
};
