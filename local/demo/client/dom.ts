type Child = Node | string;

/** An element with a class (empty: none) and what is in it. Texts stay texts. */
export const make = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] => {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
};

/** The one element of this page that a selector names. */
export const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};

/** Tells the visitor what just happened; screen readers say it, too. */
export const tell = (text: string): void => {
  find('#status').textContent = text;
};
