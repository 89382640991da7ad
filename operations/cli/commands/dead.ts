import type { Command } from 'commander';
import { OperationsError } from '../../error.ts';
import type { Operations } from '../../ports.ts';
import type { DeadOutcome, DeadView } from '../../views.ts';
import { confirmed, notDone, run, type Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { plain } from '../table.ts';
import { timeText } from '../times.ts';

const maxListed = 1_000;
/** Of one person's events each look shows ten. */
const maxLooks = 100;

interface Chosen {
  readonly all?: true;
  readonly yes?: true;
}

interface Listed {
  readonly dead: readonly DeadView[];
  /** Events that no page has. */
  readonly hidden: number;
  readonly isAll: boolean;
}

/** Dead letters page by page, as many as are asked for. */
const lettersOf = async (operations: Operations, max: number): Promise<Listed> => {
  const dead: DeadView[] = [];
  let hidden = 0;
  let after: string | undefined;
  do {
    const page = await operations.dead(after);
    dead.push(...page.dead);
    hidden += page.hidden ?? 0;
    after = page.next;
  } while (after !== undefined && dead.length < max);
  const isAll = after === undefined && dead.length <= max && hidden === 0;
  return { dead: dead.slice(0, max), hidden, isAll };
};

const whatOf = ({ kind, fields, activities, page }: DeadView): string => {
  if (kind === 'event') return 'an event that could not be processed';
  if (kind === 'visit') return `a visit${page === undefined ? '' : ` of ${page}`}`;
  const names = fields.map(({ name }) => name);
  return [...names, ...(activities > 0 ? [`${activities} activities`] : [])].join(', ');
};

/** Two lines: the second one is what `resend` and `drop` take, whole however narrow the terminal. */
const letterText = (deadLetter: DeadView): string => {
  const when = timeText(deadLetter.at);
  const why = plain(`${whatOf(deadLetter)}: ${deadLetter.because}`);
  return `${when}  ${why}\n${' '.repeat(when.length)}  ${plain(deadLetter.id)}`;
};

interface Ids {
  readonly ids: readonly string[];
  readonly hidden: number;
}

const idsOf = async (
  operations: Operations,
  ids: readonly string[],
  all: boolean,
): Promise<Ids> => {
  if (all === ids.length > 0)
    throw new OperationsError('bad-input', 'name the dead letters by their ids, or say --all');
  if (!all) return { ids, hidden: 0 };
  const { dead, hidden } = await lettersOf(operations, Infinity);
  return { ids: dead.map(({ id }) => id), hidden };
};

interface Done {
  readonly outcomes: readonly DeadOutcome[];
  readonly hidden: number;
}

/**
 * Acts on what was seen, and then on the events that stood behind it, look by look, until a look
 * shows nothing new. `hidden`: those that are left.
 */
const throughAll = async (
  operations: Operations,
  chosen: Ids,
  act: Operations['resend'],
): Promise<Done> => {
  const tried = new Set<string>();
  const outcomes: DeadOutcome[] = [];
  let { ids, hidden } = chosen;
  for (let looks = 0; ids.length > 0; looks += 1) {
    outcomes.push(...(await act(ids)));
    for (const id of ids) tried.add(id);
    if (hidden === 0 || looks === maxLooks) break;
    const page = await operations.dead();
    const behind = page.dead.filter(({ id, kind }) => kind === 'event' && !tried.has(id));
    ids = behind.map(({ id }) => id);
    hidden = page.hidden ?? 0;
  }
  return { outcomes, hidden };
};

const lineOf = ({ id, outcome, because }: DeadOutcome): string =>
  plain([`${outcome}  ${id}`, because].filter(Boolean).join('  '));

const sayDone = (
  { outcomes, hidden }: Done,
  say: (answer: unknown, text: () => string) => void,
) => {
  say({ outcomes, ...(hidden > 0 && { hidden }) }, () => {
    const left =
      hidden > 0
        ? [`about ${hidden} more events wait, which could not be seen: say it again in a minute`]
        : [];
    return [...outcomes.map(lineOf), ...left].join('\n') || 'there are no dead letters';
  });
  const isNo = ({ outcome }: DeadOutcome): boolean => outcome === 'gone' || outcome === 'kept';
  return hidden > 0 || outcomes.some(isNo) ? exits.no : exits.done;
};

const moreText = ({ dead, hidden, isAll }: Listed): readonly string[] => {
  if (isAll) return [];
  if (hidden === 0) return [`… and more: these are the first ${maxListed}`];
  return [
    `… and about ${hidden} more events that cannot be seen now: of one person the first ten are shown, and none while somebody else looks`,
    ...(dead.length < maxListed ? [] : [`… these are the first ${maxListed}`]),
  ];
};

const addList = (dead: Command, cli: Cli): void => {
  const command = dead.command('list').description('what was given up, and why');
  command.action(() =>
    run(cli, command, async ({ operations }, say) => {
      const listed = await lettersOf(operations, maxListed);
      const { dead: letters, hidden, isAll } = listed;
      say({ dead: letters, isAll, ...(hidden > 0 && { hidden }) }, () => {
        const lines = [...letters.map(letterText), ...moreText(listed)];
        return lines.join('\n') || 'there are no dead letters';
      });
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
      const act = (some: readonly string[]) => operations.resend(some);
      return sayDone(await throughAll(operations, chosen, act), say);
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
      const many = chosen.ids.length;
      const more = chosen.hidden > 0 ? `, and about ${chosen.hidden} more,` : '';
      const question = `Delete ${many} dead letter${many === 1 ? '' : 's'}${more} for good?`;
      if (many > 0 && !(await confirmed(cli.io, question, yes))) return notDone(cli.io);
      const act = (some: readonly string[]) => operations.drop(some);
      return sayDone(await throughAll(operations, chosen, act), say);
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
