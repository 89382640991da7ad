const name = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;

/** Words that mean something else than a name before a parenthesis (ECMAScript's reserved words). */
const reserved: ReadonlySet<string> = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends ' +
    'false finally for function if implements import in instanceof interface let new null package ' +
    'private protected public return static super switch this throw true try typeof var void while ' +
    'with yield'
  ).split(' '),
);

/** Whether a callback can be called and nothing else: the answer is run as a script. */
export const isCallback = (text: string): boolean =>
  name.test(text) && !reserved.has(text.split('.', 1)[0] ?? '');
