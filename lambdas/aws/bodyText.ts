/**
 * A message body as JSON text that SQS takes. It refuses a request with U+FFFE or U+FFFF in a body
 * (`InvalidMessageContents`), and JSON escapes neither by itself. All other characters that SQS
 * refuses are control characters and lone surrogates, which `JSON.stringify` does escape.
 */
export const bodyText = (body: object): string =>
  JSON.stringify(body).replaceAll(
    /[\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
