import { useEffect, useRef, useState } from 'preact/hooks';
import type { FlowView, Info } from '../../views.ts';
import { listenToKeys } from './keys.ts';
import { BudgetPage } from './pages/budget.tsx';
import { DeadPage } from './pages/dead.tsx';
import { EventPage } from './pages/event.tsx';
import { EventsPage } from './pages/events.tsx';
import { FlowPage } from './pages/flow.tsx';
import { HealthPage } from './pages/health.tsx';
import { LeadPage } from './pages/lead.tsx';
import { PeoplePage } from './pages/people.tsx';
import { PreviewPage } from './pages/preview.tsx';
import { ProblemsPage } from './pages/problems.tsx';
import { Disconnected } from './parts/connection.tsx';
import { Header } from './parts/header.tsx';
import { Help } from './parts/help.tsx';
import { mayAct, MayActContext } from './mayAct.ts';
import { PersonalDataContext } from './personalData.ts';
import { SlowerContext, usePolled, type Polled } from './polled.ts';
import { hrefOf, useRoute, type Route } from './route.ts';
import { pageTiming } from './timing.ts';

/** Of the pages: nothing personal, because browsers keep titles. */
const titles: Readonly<Record<Route['page'], string>> = {
  flow: 'Flow',
  events: 'Events',
  people: 'People',
  problems: 'Problems',
  health: 'Health',
  lead: 'Lead',
  event: 'Event',
  preview: 'Preview and test',
  budget: 'Budget',
  dead: 'Dead letters',
  nowhere: 'No such page',
};

interface PageProps {
  readonly route: Route;
  readonly flow: Polled<FlowView>;
  readonly info: Info | undefined;
}

const Page = ({ route, flow, info }: PageProps) => {
  switch (route.page) {
    case 'flow':
      return <FlowPage flow={flow} info={info} />;
    case 'lead':
      return <LeadPage key={Object.values(route.who).join()} who={route.who} />;
    case 'event':
      return <EventPage key={route.message} message={route.message} />;
    case 'events':
      return <EventsPage key="events" address={route.address} />;
    case 'people':
      return <PeoplePage />;
    case 'problems':
      return <ProblemsPage />;
    case 'health':
      return <HealthPage flow={flow} />;
    case 'preview':
      return <PreviewPage />;
    case 'budget':
      return <BudgetPage />;
    case 'dead':
      return <DeadPage flow={flow.data} />;
    case 'nowhere':
      return (
        <>
          <h1 tabIndex={-1}>No such page</h1>
          <p>
            This address leads nowhere. <a href={hrefOf.flow}>Go to the flow</a>
          </p>
        </>
      );
  }
};

/** After the first page, each new one gets the focus, so that a screen reader says its name. */
const useTitle = (route: Route, name: string | undefined): void => {
  const isFirst = useRef(true);
  const address = JSON.stringify(route);
  useEffect(() => {
    document.title = [titles[route.page], name, 'Marketo destination'].filter(Boolean).join(' – ');
  }, [route.page, name]);
  useEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, 0);
      document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [address]);
};

const Shell = ({ info }: { info: Info | undefined }) => {
  const route = useRoute();
  const everyMs = route.page === 'flow' ? pageTiming.flowMs : pageTiming.flowAsideMs;
  const flow = usePolled<FlowView>('flow', {}, everyMs);
  const [hasHelp, setHasHelp] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useTitle(route, info?.name);
  useEffect(
    () =>
      listenToKeys({
        search: () => {
          field.current?.focus();
          field.current?.select();
        },
        help: () => {
          setHasHelp(true);
        },
      }),
    [],
  );
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <Header
        route={route}
        info={info}
        flow={flow}
        field={field}
        onHelp={() => {
          setHasHelp(true);
        }}
      />
      <Disconnected flow={flow} />
      <main id="main" tabIndex={-1} class={flow.failure ? 'stale' : ''}>
        <Page route={route} flow={flow} info={info} />
      </main>
      {hasHelp && (
        <Help
          onClose={() => {
            setHasHelp(false);
          }}
        />
      )}
    </>
  );
};

/** The address names a page of the console, so the link's own way is not taken. */
const skip = (event: Event): void => {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
};

/** The whole console. */
export const App = () => {
  const { data: info } = usePolled<Info>('info', {}, pageTiming.infoMs);
  return (
    <SlowerContext.Provider value={info?.isLocal === false ? pageTiming.deployedFactor : 1}>
      <MayActContext.Provider value={mayAct(info)}>
        <PersonalDataContext.Provider value={info?.personalData ?? 'shown'}>
          <Shell info={info} />
        </PersonalDataContext.Provider>
      </MayActContext.Provider>
    </SlowerContext.Provider>
  );
};
