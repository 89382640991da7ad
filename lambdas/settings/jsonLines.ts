/** Where the parts of a JSON text stand. */
interface JsonLines {
  /** The line (from 1) of what stands at this place: its key, where it has one. */
  readonly lineOf: (place: readonly PropertyKey[]) => number | undefined;
  /** Keys that an object has twice; JSON takes the last of them without a word. */
  readonly twice: readonly { readonly place: readonly PropertyKey[]; readonly line: number }[];
}

interface Open {
  readonly place: readonly PropertyKey[];
  readonly keys: Set<string> | undefined;
  next: PropertyKey;
}

const nameOf = (place: readonly PropertyKey[]): string => JSON.stringify(place.map(String));

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Finds the lines of a text that `JSON.parse` takes. */
export const jsonLines = (text: string): JsonLines => {
  const lines = new Map<string, number>();
  const twice: { place: readonly PropertyKey[]; line: number }[] = [];
  const open: Open[] = [];
  let line = 1;
  let seen = 0;
  let key: { readonly text: string; readonly line: number } | undefined;

  /** A value begins: under its key, or as the next item of a list. */
  const begin = (): readonly PropertyKey[] => {
    const parent = open.at(-1);
    const place = parent === undefined ? [] : [...parent.place, key?.text ?? parent.next];
    if (parent?.keys && key) {
      if (parent.keys.has(key.text)) twice.push({ place, line: key.line });
      parent.keys.add(key.text);
    }
    if (parent && typeof parent.next === 'number') parent.next += 1;
    lines.set(nameOf(place), key?.line ?? line);
    key = undefined;
    return place;
  };

  for (const { 0: part, index } of text.matchAll(token)) {
    for (; seen < index; seen += 1) if (text[seen] === '\n') line += 1;
    const parent = open.at(-1);
    if (part === '{') open.push({ place: begin(), keys: new Set(), next: '' });
    else if (part === '[') open.push({ place: begin(), keys: undefined, next: 0 });
    else if (part === '}' || part === ']') open.pop();
    else if (part === ',' || part === ':') continue;
    else if (parent?.keys && key === undefined) key = { text: JSON.parse(part) as string, line };
    else begin();
  }
  return { lineOf: (place) => lines.get(nameOf(place)), twice };
};
