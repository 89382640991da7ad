import { find } from './dom.ts';

const pages = (): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('[data-page]'),
];
const links = (): readonly HTMLAnchorElement[] => [
  ...document.querySelectorAll<HTMLAnchorElement>('nav a'),
];

/** Shows the page of the present address; an unknown one is the home page. */
const showPage = (): HTMLHeadingElement | null => {
  const known = pages().find((page) => page.dataset['page'] === location.pathname) ?? pages()[0];
  for (const page of pages()) page.hidden = page !== known;
  for (const link of links()) {
    if (link.pathname === known?.dataset['page']) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const heading = known?.querySelector('h3') ?? null;
  const name = known?.dataset['page'] === '/demo' ? 'Home' : (heading?.textContent ?? '');
  document.title = `${name} – Kestrel Instruments`;
  find('#address').textContent = location.pathname + location.search;
  return heading;
};

/** Makes the links change pages without a reload; `visit` is told of each page, the first included. */
export const startSite = (visit: () => void): void => {
  for (const link of links()) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, '', link.href);
      showPage()?.focus({ preventScroll: true });
      visit();
    });
  }
  addEventListener('popstate', () => {
    // A jump to an anchor of this page is no other page.
    if (find('#address').textContent === location.pathname + location.search) return;
    showPage();
    visit();
  });
  showPage();
  visit();
};
