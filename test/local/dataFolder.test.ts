import { spawnSync } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeDataFolder } from '../../local/dataFolder.ts';
import { openJournal } from '../../local/sqs/journal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
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

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('what it holds of leads is readable by the owner only, also what an earlier version left', () => {
  const folder = join(temporaryFolder(), 'made');
  const taken = takeDataFolder(folder);
  const { tables, simulator } = taken;
  const lock = join(folder, 'lock');
  expect([folder, tables, lock].map(modeOf)).toEqual([0o700, 0o700, 0o600]);
  taken.release();
  writeFileSync(simulator, '', { mode: 0o644 });
  chmodSync(tables, 0o755);
  takeDataFolder(folder);
  expect([simulator, tables].map(modeOf)).toEqual([0o600, 0o700]);
});

test('the files of a run are made for the owner only', () => {
  const folder = temporaryFolder();
  const { simulator, queues } = takeDataFolder(folder);
  createSimulator({
    clock: Date,
    munchkinId: '000-AAA-000',
    credentials: { userId: 'u', encryptionKey: 'k' },
    dataPath: simulator,
  }).createLead({ email: 'ann@example.com' });
  openJournal(queues, 0).close();
  expect([simulator, queues].map(modeOf)).toEqual([0o600, 0o600]);
});
