import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { mappingOf, settingsFiles } from '../lambdas/settings.ts';
import type { LocalRun } from './run.ts';
import { readLocalSettings, type Environment } from './settings.ts';

/** Editors replace files, which other ways of watching lose; nobody saves faster than this. */
const lookEveryMs = 500;

/** Tells one state of a file from another; the same for all times at which it is not there. */
const stampOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : '';
};

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
  // Before it is read: what changes from now on is seen, however late somebody looks.
  const stamps = new Map(files.map((file) => [file, stampOf(file)]));
  let before = JSON.stringify(mappingOf(readLocalSettings(env).settings));
  const read = (file: string): void => {
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
  const look = (): void => {
    for (const [file, stamp] of stamps) {
      const now = stampOf(file);
      if (now === stamp) continue;
      stamps.set(file, now);
      read(file);
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return () => {
    clearInterval(timer);
  };
};
