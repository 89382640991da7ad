/** Runs in the page: texts with less contrast than WCAG AA asks, as "ratio text". */
export const weakTexts = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const isSolid = (colour) => (numbers(colour)[3] ?? 1) === 1;
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (isSolid(backgroundColor)) return numbers(backgroundColor);
    }
    return [255, 255, 255];
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const weak = [];
  const check = (element, colour, text) => {
    const contrast = ratio(numbers(colour), groundOf(element));
    if (contrast < 4.5) weak.push(contrast.toFixed(2) + ' ' + text.trim());
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, textContent: text } = texts.currentNode;
    if (text.trim() !== '' && element.checkVisibility() && !element.closest('noscript'))
      check(element, getComputedStyle(element).color, text);
  }
  for (const field of document.querySelectorAll('[placeholder]'))
    check(field, getComputedStyle(field, '::placeholder').color, field.placeholder);
  return weak;
})()`;

/** Runs in the page: what a person who does not see it could not name or find. */
export const nameless = `(() => {
  const textOf = (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const nameOf = (element) =>
    element.getAttribute('aria-label') ??
    (element.hasAttribute('aria-labelledby') ? textOf(element.getAttribute('aria-labelledby')) : null) ??
    (element.labels?.[0] ?? element).textContent;
  const controls = 'a[href], button, input, select, summary, dialog, nav, section, table, [role=img]';
  const missing = [...document.querySelectorAll(controls)]
    .filter((element) => nameOf(element).trim() === '')
    .map((element) => 'no name: ' + element.outerHTML.slice(0, 120));
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('thead th[scope=col]')) missing.push('no headers: ' + nameOf(table));
  for (const one of ['h1', 'main', 'header', 'nav', '[role=search]'])
    if (document.querySelectorAll(one).length !== 1) missing.push('not exactly one ' + one);
  if (document.documentElement.lang === '') missing.push('no language');
  return missing;
})()`;
