import { find, make } from './dom.ts';
import type { Known, Lead, Visit } from './marketo.ts';

/** Visits shown; the link to all of them is below. */
const maxVisits = 12;

const nameOf = (lead: Lead): string => lead.get('FirstName') ?? lead.get('Email') ?? 'A lead';

const leadOf = (lead: Lead | undefined, hasVisits: boolean): readonly Node[] => {
  if (!lead) {
    const note = hasVisits
      ? 'Marketo has visits of your browser, and nobody whose they are.'
      : 'Marketo has not seen your browser yet.';
    return [make('p', 'who', 'An unknown visitor'), make('p', 'note', note)];
  }
  const fields = [...lead].flatMap(([name, value]) => [
    make('dt', '', name),
    make('dd', '', value),
  ]);
  const note = 'A lead, with the visits from before the introduction.';
  return [make('p', 'who known', nameOf(lead)), make('p', 'note', note), make('dl', '', ...fields)];
};

const visitOf = ({ at, path, query, email }: Visit): HTMLLIElement => {
  const time = make('time', '', new Date(at).toLocaleTimeString());
  time.dateTime = new Date(at).toISOString();
  const where = make('div', 'path', path);
  if (query !== null) where.append(make('small', '', `?${query}`));
  const whose = email === null ? make('span', '', 'unknown') : make('span', 'known', email);
  return make('li', '', where, make('div', 'of', time, whose));
};

const count = (visits: number): string => `${visits} ${visits === 1 ? 'visit' : 'visits'}`;

let shown = '';

/** Shows what Marketo knows, and leaves the page alone where that is what it shows already. */
export const show = ({ lead, visits }: Known): void => {
  const next = JSON.stringify([lead && [...lead], visits]);
  if (next === shown) return;
  shown = next;
  find('#lead').replaceChildren(...leadOf(lead, visits.length > 0));
  find('#visits').replaceChildren(
    visits.length > 0
      ? make('ol', '', ...visits.slice(0, maxVisits).map(visitOf))
      : make('p', 'note', 'None yet. Open another page of the web site.'),
  );
  find('#visits-title').textContent =
    visits.length > 0 ? `Your ${count(visits.length)}` : 'Your visits';
  const who = lead ? nameOf(lead) : 'nobody yet';
  find('#summary').textContent = `Marketo: ${count(visits.length)}, ${who} ↓`;
};

/** Where a real Marketo is connected there is nothing to look at from here. */
export const showElsewhere = (munchkinId: string): void => {
  const note = `This run talks to the Marketo instance ${munchkinId}: look for the lead and its web activity there.`;
  find('#known').replaceChildren(make('p', 'card', note));
  find('#summary').hidden = true;
};

/** The line at the foot of a small screen is needed only while what it sums up is out of sight. */
export const hideSummaryInSight = (): void => {
  const observer = new IntersectionObserver(([entry]) => {
    find('#summary').classList.toggle('away', entry?.isIntersecting === true);
  });
  observer.observe(find('#lead'));
};
