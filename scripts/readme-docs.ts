import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { settingsTable } from './configuration-docs.ts';

const [start, end] = ['<!-- settings -->', '<!-- /settings -->'];

/** README with the table of settings as the schema has it now. Throws where the marks are missing. */
export const withSettings = (readme: string): string => {
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`README.md needs ${start} and ${end} around its table`);
  return `${readme.slice(0, from + start.length)}\n${settingsTable()}\n${readme.slice(to)}`;
};

export const readmePath = fileURLToPath(new URL('../README.md', import.meta.url));

if (import.meta.main) await writeFile(readmePath, withSettings(await readFile(readmePath, 'utf8')));
