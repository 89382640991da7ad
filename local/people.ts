import { lineOf } from '../operations/lines/parse.ts';
import { counted, listOf } from '../operations/summaryWords.ts';
import type { Told, ToldTrouble } from '../operations/views.ts';

interface PeopleOptions {
  /** The e-mail of a lead by its hashed id; undefined: none is known. */
  readonly emailOf: (lead: string) => Promise<string | undefined>;
  readonly print: (line: string) => void;
  /** About how many lines wait for an e-mail to be looked up; what comes beyond them is only counted. */
  readonly most?: number;
}

const maxWaiting = 200;

const list = (fields: readonly string[] = []): string => fields.join(', ');

/** Activities and memberships go to a lead that is there, and say nothing of it. */
const wentText = ({ fields = [], isCreated }: Told): string =>
  `${isCreated ? 'created' : 'updated'}, ${counted(fields.length, 'field')} (${listOf(fields)})`;

/** What is said of a person; a step that is not here is in the console alone. */
const sentences: Partial<Readonly<Record<Told['step'], (who: string, line: Told) => string>>> = {
  synced: (who, line) => `${who} is in Marketo: ${wentText(line)}`,
  waiting: (who, { fields, because = '' }) => `${who} waits with ${list(fields)}: ${because}`,
  held: (who, { because = '' }) => `${who} is held: ${because}`,
  refused: (who, { fields, because = '' }) =>
    `${who}: ${fields ? list(fields) : 'something'} was not taken: ${because}`,
  dead: (who, { fields, because = '' }) =>
    `${who}: ${fields ? list(fields) : 'an event'} became a dead letter: ${because}`,
};

const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8);

const troubleText = ({ at, level, message }: ToldTrouble): string =>
  `${clockTime(at)}  ${level === 'warn' ? 'warning' : 'error'}: ${message}`;

/**
 * Says in one sentence what became of each person, from the lines that functions print. Sentences come
 * in the order of the lines; looking up an e-mail never holds a function up.
 */
export const createPeopleLog = ({ emailOf, print, most: max = maxWaiting }: PeopleOptions) => {
  let last = Promise.resolve();
  let waiting = 0;
  let skipped = 0;

  const sentenceOf = async (line: Told): Promise<string | undefined> => {
    const sentence = sentences[line.step];
    if (sentence === undefined || line.lead === undefined) return undefined;
    const email = await emailOf(line.lead).catch(() => undefined);
    return `${clockTime(line.at)}  ${sentence(email ?? 'a person without a known e-mail', line)}`;
  };

  const printNext = async (line: Told): Promise<void> => {
    const sentence = await sentenceOf(line);
    waiting -= 1;
    if (sentence !== undefined) print(sentence);
    if (waiting > 0 || skipped === 0) return;
    print(`${clockTime(line.at)}  … and ${skipped} more lines, which the console has`);
    skipped = 0;
  };

  return {
    /** Gets what a function printed: one line or several. */
    write: (text: string): void => {
      for (const each of text.split('\n')) {
        const line = lineOf(each);
        if (line?.kind === 'trouble') print(troubleText(line));
        if (line?.kind !== 'step' || sentences[line.step] === undefined) continue;
        if (waiting >= max) {
          skipped += 1;
          continue;
        }
        waiting += 1;
        last = last.then(() => printNext(line));
      }
    },
    /** Resolves when what was written is printed. */
    drained: (): Promise<void> => last,
  };
};
