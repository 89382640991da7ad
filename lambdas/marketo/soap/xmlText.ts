import { stripInvalidXmlCharacters } from '../text.ts';

/** Beside the markup also white space: a parser would turn a bare CR, or CR LF, into a line feed. */
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/**
 * Any text as XML content that reads back as `carriable(text)`. Done here and not by the `soap`
 * package, which takes a value that looks like a CDATA section as markup and sends it as it is:
 * whoever can set a trait could write elements into our request.
 */
export const xmlText = (text: string): string =>
  stripInvalidXmlCharacters(text).replaceAll(
    /[&<>"'\t\n\r]/g,
    (character) => references[character] ?? '',
  );
