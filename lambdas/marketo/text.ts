import { marketoLimits } from '../limits.ts';
import type { Json } from '../segment/event.ts';
import { isObject } from '../segment/json.ts';
import { looseValues } from '../segment/looseKey.ts';

/** Code-unit order: the same on every machine, whatever its locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The value under `name`; without one, under the first of the keys that Segment takes for the same. */
export const looseGet = (object: Json | undefined, name: string): Json | undefined =>
  isObject(object) ? looseValues(object, name)[0] : undefined;

/**
 * The text without what no XML document can carry: control characters are dropped, half surrogate
 * pairs become U+FFFD. One such character would make the request of 300 leads unreadable.
 */
export const stripInvalidXmlCharacters = (text: string): string =>
  text.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '');

/**
 * JSON with sorted keys, so that the same object always makes the same text and an unchanged one is
 * recognized. `undefined` where it nests too deep to be walked safely.
 */
export const canonicalJson = (
  value: Json,
  levels: number = marketoLimits.jsonDepth,
): string | undefined => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (levels === 0) return undefined;
  const parts: string[] = [];
  if (isObject(value)) {
    for (const [key, part] of Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b))) {
      const text = canonicalJson(part, levels - 1);
      if (text === undefined) return undefined;
      parts.push(`${JSON.stringify(key)}:${text}`);
    }
    return `{${parts.join(',')}}`;
  }
  for (const part of value) {
    const text = canonicalJson(part, levels - 1);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return `[${parts.join(',')}]`;
};
