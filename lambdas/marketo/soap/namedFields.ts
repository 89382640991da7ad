/** Whether the list's next item is this name. */
const startsWith = (list: string, name: string): boolean =>
  list.startsWith(name) && /^\s*(?:,|$)/.test(list.slice(name.length));

/**
 * Those of the sent names that Marketo says it does not know: `unknown fields for import: pants,
 * socks (20105)`. Only names that we sent come back, as we sent them, so nothing else of Marketo's
 * words gets into a verdict. A name may hold a comma: the longest that fits is taken.
 */
export const unknownNames = (text: string, sent: ReadonlySet<string>): readonly string[] => {
  let list = /\bunknown[^:]*:\s*([^]*?)\s*(?:\(\d{5}\)\s*)?$/i.exec(text)?.[1] ?? '';
  const longestFirst = [...sent].filter(Boolean).sort((a, b) => b.length - a.length);
  const found = new Set<string>();
  while (list !== '') {
    const rest = list;
    const lower = rest.toLowerCase();
    const name =
      longestFirst.find((candidate) => startsWith(rest, candidate)) ??
      longestFirst.find((candidate) => startsWith(lower, candidate.toLowerCase()));
    if (name !== undefined) found.add(name);
    list = rest.slice(name?.length ?? 0).replace(/^[^,]*,?\s*/, '');
  }
  return [...found];
};

/**
 * The sent fields that a refusal of one record blames: the one that it names (`Invalid value for field
 * 'Score' …`), else those that its code implies.
 */
export const badValueNames = (
  text: string,
  sent: ReadonlySet<string>,
  implied: readonly string[],
): readonly string[] => {
  const name = /\bfield '([^']*)'/i.exec(text)?.[1];
  return name !== undefined && sent.has(name) ? [name] : implied.filter((one) => sent.has(one));
};
