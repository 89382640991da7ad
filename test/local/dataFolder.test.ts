import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeDataFolder } from '../../local/dataFolder.ts';
import { temporaryFolder } from './support.ts';

test('a folder belongs to one run at a time', () => {
  const folder = join(temporaryFolder(), 'made', 'anew');
  const taken = takeDataFolder(folder);
  expect(() => takeDataFolder(folder)).toThrow(/DATA_DIR .* is in use by process \d+; stop it/);
  taken.release();
  takeDataFolder(folder).release();
});

test('the lock of a killed process does not count', () => {
  const folder = temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, 'lock'), String(pid));
  takeDataFolder(folder);
  expect(() => takeDataFolder(folder)).toThrow(/in use/);
});

test('a lock file that was cut off while it was written does not count', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'lock'), '');
  expect(() => takeDataFolder(folder)).not.toThrow();
});
