import { hrefOf } from './route.ts';
import { moveInList, openInList, tickInList } from './rows.ts';
import { pageTiming } from './timing.ts';

/** The keys and what they do, as the help shows them. */
export const keyHelp: readonly (readonly [keys: string, does: string])[] = [
  ['/', 'Find somebody or an event'],
  ['g f', 'Go to the flow'],
  ['g e', 'Go to the events'],
  ['g o', 'Go to the people'],
  ['g r', 'Go to the problems'],
  ['g p', 'Go to the preview'],
  ['g b', 'Go to the budget'],
  ['g d', 'Go to the dead letters'],
  ['g h', 'Go to the health'],
  ['j  k', 'Next and previous row of a list; the arrows, too'],
  ['Enter', 'Open the row'],
  ['x', 'Tick the row (dead letters)'],
  ['p', 'Hold the latest lines still'],
  ['?', 'These keys, and the words'],
  ['Esc', 'Close, or leave the search field'],
];

const pages: Readonly<Record<string, string>> = {
  f: hrefOf.flow,
  e: hrefOf.events(),
  o: hrefOf.people,
  r: hrefOf.problems,
  p: hrefOf.preview,
  b: hrefOf.budget,
  d: hrefOf.dead,
  h: hrefOf.health,
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.matches('input:not([type=checkbox]), select, textarea, dialog *');

const inRow = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('[data-row]');

interface Actions {
  readonly search: () => void;
  readonly help: () => void;
}

/** Listens to the page's keys until what it returns is called. */
export const listenToKeys = ({ search, help }: Actions): (() => void) => {
  let chordUntil = 0;

  const act = ({ key, target, timeStamp }: KeyboardEvent): boolean => {
    const page = pages[key];
    if (timeStamp < chordUntil && page !== undefined) {
      chordUntil = 0;
      location.hash = page;
      return true;
    }
    chordUntil = key === 'g' ? timeStamp + pageTiming.chordMs : 0;
    switch (key) {
      case '/':
        search();
        return true;
      case '?':
        help();
        return true;
      case 'j':
        return moveInList(1);
      case 'k':
        return moveInList(-1);
      case 'ArrowDown':
        return inRow(target) && moveInList(1);
      case 'ArrowUp':
        return inRow(target) && moveInList(-1);
      case 'Enter':
        return openInList(target);
      case 'x':
        return tickInList(target);
      case 'p': {
        const pause = document.querySelector<HTMLElement>('[data-key=p]');
        pause?.click();
        return pause !== null;
      }
      default:
        return false;
    }
  };

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (act(event)) event.preventDefault();
  };
  document.addEventListener('keydown', listen);
  return () => {
    document.removeEventListener('keydown', listen);
  };
};
