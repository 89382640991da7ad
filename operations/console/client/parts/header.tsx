import type { RefObject } from 'preact';
import type { FlowView, Info } from '../../../views.ts';
import type { Polled } from '../polled.ts';
import { mayAct } from '../mayAct.ts';
import { hrefOf, type Route } from '../route.ts';
import { hasSignIn, signOut } from '../signIn.ts';
import { count } from '../format.ts';
import { Connection } from './connection.tsx';
import { Search } from './search.tsx';

interface HeaderProps {
  readonly route: Route;
  readonly info: Info | undefined;
  readonly flow: Polled<FlowView>;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onHelp: () => void;
}

/** Dead letters of leads, and events that nobody could process. */
const deadIn = (flow: FlowView | undefined): string => {
  if (!flow) return '';
  const { deadLetters, deadEvents } = flow;
  const all = deadLetters.count + deadEvents.waiting;
  return all === 0 ? '' : `${count(all)}${deadLetters.isAll ? '' : '+'}`;
};

const pages = [
  ['flow', 'Flow', hrefOf.flow],
  ['events', 'Events', hrefOf.events()],
  ['people', 'People', hrefOf.people],
  ['problems', 'Problems', hrefOf.problems],
  ['preview', 'Preview', hrefOf.preview],
  ['budget', 'Budget', hrefOf.budget],
  ['dead', 'Dead letters', hrefOf.dead],
  ['health', 'Health', hrefOf.health],
] as const;

export const Header = ({ route, info, flow, field, onHelp }: HeaderProps) => {
  const dead = deadIn(flow.data);
  return (
    <header class="top">
      <a class="brand" href={hrefOf.flow}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M3 5c7 0 7 7 11 7M3 12h11M3 19c7 0 7-7 11-7" />
          <circle cx="18" cy="12" r="3.5" />
        </svg>
        <span>
          Marketo destination
          <small>{info?.name ?? ' '}</small>
        </span>
      </a>
      <nav aria-label="Pages">
        {pages
          .filter(([page]) => page !== 'preview' || mayAct(info))
          .map(([page, name, href]) => (
            <a key={page} href={href} aria-current={route.page === page ? 'page' : undefined}>
              {name}
              {page === 'dead' && dead !== '' && <span class="badge">{dead}</span>}
            </a>
          ))}
      </nav>
      <Search field={field} />
      <Connection flow={flow} />
      <div class="corner">
        <button
          type="button"
          class="plain help-button"
          aria-label="Keys and words"
          onClick={onHelp}
        >
          ?
        </button>
        {hasSignIn() && (
          <button type="button" class="plain" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
};
