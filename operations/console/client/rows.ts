const rows = (): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main [data-row]'),
];

const rowOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof HTMLElement ? target.closest<HTMLElement>('[data-row]') : null;

/** Focuses the next or the previous row of all lists of the page; the first where none has the focus. */
export const moveInList = (by: 1 | -1): boolean => {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
};

/** Opens what the row with the focus is about; a link or button in it has its own Enter. */
export const openInList = (target: EventTarget | null): boolean => {
  const row = rowOf(target);
  if (row !== target) return false;
  const link = row?.querySelector<HTMLElement>('a') ?? row?.querySelector<HTMLElement>('summary');
  link?.click();
  return Boolean(link);
};

export const tickInList = (target: EventTarget | null): boolean => {
  const box = rowOf(target)?.querySelector<HTMLInputElement>('input[type=checkbox]');
  box?.click();
  return Boolean(box);
};
