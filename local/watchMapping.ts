import { unwatchFile, watchFile } from 'node:fs';
import { basename } from 'node:path';
import { mappingOf, settingsFiles } from '../lambdas/settings.ts';
import type { LocalRun } from './run.ts';
import { readLocalSettings, type Environment } from './settings.ts';

/** Editors replace files, which other ways of watching lose; nobody saves faster than this. */
const lookEveryMs = 500;

/**
 * Reads the mapping again whenever its file, or the settings file, changes. One with a problem is told and
 * does not count.
 * @returns what ends it
 */
export const watchMapping = (
  env: Environment,
  local: Pick<LocalRun, 'useMapping'>,
  print: (line: string) => void,
): (() => void) => {
  const files = settingsFiles({ env });
  let before = JSON.stringify(mappingOf(readLocalSettings(env).settings));
  const read = (file: string) => (): void => {
    const name = basename(file);
    try {
      const mapping = mappingOf(readLocalSettings(env).settings);
      const text = JSON.stringify(mapping);
      if (text === before) return;
      before = text;
      local.useMapping(mapping);
      const count = mapping.rules.length;
      print(`${name} changed: the mapping has ${count === 1 ? 'one rule' : `${count} rules`} now.`);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be read';
      print(`${name} changed, and the mapping of before stays in force. ${why}`);
    }
  };
  for (const file of files)
    watchFile(file, { interval: lookEveryMs, persistent: false }, read(file));
  return () => {
    for (const file of files) unwatchFile(file);
  };
};
