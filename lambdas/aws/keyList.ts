/** The keys in a secret's text, with commas between them; blanks are none. */
export const keyList = (text: string): readonly string[] =>
  text.split(',').flatMap((key) => key.trim() || []);
