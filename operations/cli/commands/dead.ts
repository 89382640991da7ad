import type { Command } from 'commander';
import { OperationsError } from '../../error.ts';
import type { Operations } from '../../ports.ts';
import type { DeadOutcome, DeadView } from '../../views.ts';
import { confirmed, notDone, run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { plain } from '../table.ts';
import { timeText } from '../times.ts';

const mostListed = 1_000;

interface Chosen {
  readonly all?: true;
  readonly yes?: true;
}

/** Dead letters page by page, as many as are asked for. */
const lettersOf = async (
  operations: Operations,
  most: number,
): Promise<{ readonly dead: readonly DeadView[]; readonly isAll: boolean }> => {
  const dead: DeadView[] = [];
  let after: string | undefined;
  do {
    const page = await operations.dead(after);
    dead.push(...page.dead);
    after = page.next;
  } while (after !== undefined && dead.length < most);
  return { dead: dead.slice(0, most), isAll: after === undefined && dead.length <= most };
};

const whatOf = ({ kind, fields, activities, page }: DeadView): string => {
  if (kind === 'event') return 'an event that could not be processed';
  if (kind === 'visit') return `a visit${page === undefined ? '' : ` of ${page}`}`;
  const names = fields.map(({ name }) => name);
  return [...names, ...(activities > 0 ? [`${activities} activities`] : [])].join(', ');
};

/** Two lines: the second one is what `resend` and `drop` take, whole however narrow the terminal. */
const letterText = (letter: DeadView): string => {
  const when = timeText(letter.at);
  const why = plain(`${whatOf(letter)}: ${letter.because}`);
  return `${when}  ${why}\n${' '.repeat(when.length)}  ${plain(letter.id)}`;
};

const idsOf = async (
  operations: Operations,
  ids: readonly string[],
  all: boolean,
): Promise<readonly string[]> => {
  if (all === ids.length > 0)
    throw new OperationsError('bad-input', 'name the dead letters by their ids, or say --all');
  return all ? (await lettersOf(operations, Infinity)).dead.map(({ id }) => id) : ids;
};

const outcomesText = (outcomes: readonly DeadOutcome[]): string =>
  outcomes.length === 0
    ? 'there are no dead letters'
    : outcomes
        .map(({ id, outcome, because }) =>
          [`${outcome}  ${id}`, because].filter(Boolean).join('  '),
        )
        .map((line) => plain(line))
        .join('\n');

/** A letter that has gone, or that has to stay, is a no. */
const exitOf = (outcomes: readonly DeadOutcome[]): number =>
  outcomes.some(({ outcome }) => outcome === 'gone' || outcome === 'kept') ? exits.no : exits.done;

const addList = (dead: Command, cli: Cli): void => {
  const command = dead.command('list').description('what was given up, and why');
  command.action(() =>
    run(cli, command, async ({ operations }, say) => {
      const { dead: letters, isAll } = await lettersOf(operations, mostListed);
      say({ dead: letters, isAll }, () =>
        letters.length === 0
          ? 'there are no dead letters'
          : [
              ...letters.map(letterText),
              ...(isAll ? [] : [`… and more: these are the first ${mostListed}`]),
            ].join('\n'),
      );
      return exits.done;
    }),
  );
};

const addResend = (dead: Command, cli: Cli): void => {
  const command = dead
    .command('resend [ids...]')
    .description('try them again; what a later event has said since stays as that event said')
    .option('--all', 'every dead letter that there is');
  command.action((ids: readonly string[], { all }: Chosen) =>
    run(cli, command, async ({ operations }, say) => {
      const chosen = await idsOf(operations, ids, all === true);
      const outcomes = chosen.length === 0 ? [] : await operations.resend(chosen);
      say({ outcomes }, () => outcomesText(outcomes));
      return exitOf(outcomes);
    }),
  );
};

const addDrop = (dead: Command, cli: Cli): void => {
  const command = dead
    .command('drop [ids...]')
    .description('delete them for good')
    .option('--all', 'every dead letter that there is')
    .option('-y, --yes', 'do not ask');
  command.action((ids: readonly string[], { all, yes }: Chosen) =>
    run(cli, command, async ({ operations }, say) => {
      const chosen = await idsOf(operations, ids, all === true);
      const question = `Delete ${chosen.length} dead letter${chosen.length === 1 ? '' : 's'} for good?`;
      if (chosen.length > 0 && !(await confirmed(cli.io, question, yes))) return notDone(cli.io);
      const outcomes = chosen.length === 0 ? [] : await operations.drop(chosen);
      say({ outcomes }, () => outcomesText(outcomes));
      return exitOf(outcomes);
    }),
  );
};

/** `dead list | resend | drop`: what was given up, with its reasons. */
export const addDead = (program: Command, cli: Cli): void => {
  const dead = program.command('dead').description('dead letters: what was given up, and why');
  addList(dead, cli);
  addResend(dead, cli);
  addDrop(dead, cli);
};
