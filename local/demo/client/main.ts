import { AnalyticsBrowser } from '@segment/analytics-next';
import { find, tell } from './dom.ts';
import { ask, type Known } from './marketo.ts';
import { hideSummaryInSight, show, showElsewhere } from './panel.ts';
import { startSite } from './site.ts';
import { forgetVisitor, visitorToken } from './visitor.ts';

/** How often Marketo is looked at. */
const lookMs = 700;
/** A lead that takes longer than this waits for the lock of its last sync. */
const lockedAfterMs = 12_000;
/** Munchkin that is not there by then does not come. */
const munchkinMs = 4_000;

const analytics = new AnalyticsBrowser();
// The script tag of the plugin comes next and registers it here. Calls wait for `load`.
Object.assign(window, { analytics });
addEventListener('DOMContentLoaded', () => {
  // Nothing goes to Segment: the plugin is the only destination, and analytics.js measures nothing.
  analytics.load(
    {
      writeKey: 'demo',
      cdnSettings: {
        integrations: { 'Segment.io': { apiKey: 'demo' } },
        metrics: { sampleRate: 0 },
      },
    },
    { integrations: { 'Segment.io': false } },
  );
});

/** The visitor's e-mail as given on this page. */
let email: string | undefined;
/** What the visitor said of himself that Marketo does not show yet, and when (epoch ms). */
let introduction: { readonly at: number; readonly said: readonly string[] } | undefined;

const follow = ({ lead, visits }: Known): void => {
  if (!introduction) return;
  const { at, said } = introduction;
  const fields = [...(lead?.values() ?? [])];
  if (said.every((value) => fields.includes(value))) {
    const whose = visits.filter(({ email }) => email !== null).length;
    if (whose === 0 && visits.length > 0) {
      tell('Marketo knows you. Which visits were yours follows with the next call, in 30 seconds.');
      return;
    }
    introduction = undefined;
    tell(`Marketo knows you, and which visits were yours: ${whose}.`);
  } else if (Date.now() - at > lockedAfterMs) {
    tell('Accepted, and waiting: Marketo gets one sync of a lead in 30 seconds.');
  }
};

const look = async (): Promise<void> => {
  const known = await ask({ token: visitorToken(), email });
  show(known);
  follow(known);
};

const keepLooking = async (): Promise<void> => {
  try {
    if (!document.hidden) await look();
  } catch {
    tell('The local run does not answer. Is it still there?');
  }
  setTimeout(() => void keepLooking(), lookMs);
};

startSite(() => {
  void analytics.page();
});

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-track]')) {
  button.addEventListener('click', () => {
    const { track = '', ...properties } = button.dataset;
    void analytics.track(track, properties);
    tell(`Tracked: ${track}.`);
  });
}

find('#identify').addEventListener('submit', (event) => {
  event.preventDefault();
  const given = [...new FormData(event.currentTarget as HTMLFormElement)];
  const traits = given.flatMap(([name, value]) =>
    typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
  );
  email = new Map(traits).get('email');
  introduction = { at: Date.now(), said: traits.map(([, value]) => value) };
  void analytics.identify(Object.fromEntries(traits));
  tell('Sent. Marketo knows in a few seconds.');
});

find('#another').addEventListener('click', () => {
  void analytics.reset();
  forgetVisitor();
  location.assign('/demo');
});

const { marketo, munchkinId = '' } = document.body.dataset;
if (marketo === 'simulated') {
  hideSummaryInSight();
  void keepLooking();
} else showElsewhere(munchkinId);

setTimeout(() => {
  if ('Munchkin' in window) return;
  tell('Munchkin has not loaded yet. Visits go once it does; a content blocker may keep it away.');
  const look = setInterval(() => {
    if (!('Munchkin' in window)) return;
    clearInterval(look);
    tell('');
  }, lookMs);
}, munchkinMs);
