import { shortHashOf } from './digest.ts';

const character = (code: string, base: number): string => {
  const point = Number.parseInt(code, base);
  return point > 0x10_ff_ff ? '' : String.fromCodePoint(point);
};

/** The ways to write an @ that senders, templates and encoders have, each with how to read it. */
const escapes: readonly (readonly [RegExp, (match: string, code: string) => string])[] = [
  // URLs: %40, and UTF-8 of other letters.
  [/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8')],
  // HTML: &#64; &#x40; &commat;
  [/&#x0*([0-9a-f]{1,6});?/gi, (_, code) => character(code, 16)],
  [/&#0*(\d{1,7});?/g, (_, code) => character(code, 10)],
  [/&commat;?/gi, () => '@'],
  [/&amp;?/gi, () => '&'],
  // Program text: \u0040 \u{40} \x40 and \100.
  [/\\+u\{?0*([0-9a-f]{2,4})\}?/gi, (_, code) => character(code, 16)],
  [/\\+x([0-9a-f]{2})/gi, (_, code) => character(code, 16)],
  [/\\+([0-7]{3})/g, (_, code) => character(code, 8)],
  // Mail: quoted-printable =40, UTF-7 +AEA-.
  [/=([0-9a-f]{2})/gi, (_, code) => character(code, 16)],
  [/\+AEA-?/g, () => '@'],
  // People who hide from robots.
  [/\s*[([{<]\s*at\s*[)\]}>]\s*/gi, () => '@'],
];

/** More layers than any chain of encoders has; a string with more is hidden for that alone. */
const maxLayers = 6;

const unescapedOnce = (text: string): string =>
  escapes.reduce((read, [pattern, value]) => read.replace(pattern, value), text.normalize('NFKC'));

/** A text read through its escapes until an @ turns up or nothing is left to read. */
const unescaped = (text: string): string => {
  let read = text;
  for (let layer = 0; layer < maxLayers; layer += 1) {
    const next = unescapedOnce(read);
    if (next === read || next.includes('@')) return next;
    read = next;
  }
  return '@';
};

/** What base64, base64url or hex within a text stands for. */
const unpacked = (text: string): readonly string[] => {
  const runs = text.match(/[\w+/=-]{8,}/g) ?? [];
  const pieces = [...runs, ...runs.flatMap((run) => run.split(/[-_=/+]/))];
  return pieces.flatMap((piece) => {
    if (piece.length < 8) return [];
    const isHex = /^[0-9a-f]+$/i.test(piece);
    const encodings = isHex ? (['base64', 'hex'] as const) : (['base64'] as const);
    return encodings.map((encoding) => Buffer.from(piece, encoding).toString('latin1'));
  });
};

/**
 * An address within what was unpacked. Stricter than `isEmail`: hashes unpack to any bytes, and the
 * first letters of a name may have been changed on the way.
 */
const address = /[\w.+-]{2,}@[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,}/i;

const namesSomebody = (text: string): boolean => {
  const read = unescaped(text);
  // A plain @ anywhere is enough, whatever stands around it.
  if (read.includes('@')) return true;
  const inner = unpacked(read);
  // Packed at most twice.
  return [...inner, ...inner.flatMap(unpacked)].some((each) => address.test(unescaped(each)));
};

/** Longer than any name of a field or an event that anybody gives; a log is no place for more. */
const nameCharacters = 256;
const textCharacters = 1_000;

const hidden = (text: string): string => `hidden-${shortHashOf(text)}`;

/** Whether a name from outside (a messageId, a trait) may stand in a log as it is. */
export const mayBeLogged = (name: string): boolean =>
  name.length <= nameCharacters && !namesSomebody(name);

/**
 * A name from outside as it may stand in a log. One that names somebody, or is too long to say, is
 * replaced whole by a hash: what stands beside an address may belong to it.
 */
export const scrubbedName = (name: string): string => (mayBeLogged(name) ? name : hidden(name));

/** A reason as it may stand in a log: it may quote a name from outside. */
export const scrubbedText = (text: string): string =>
  text.length <= textCharacters && !namesSomebody(text) ? text : hidden(text);
