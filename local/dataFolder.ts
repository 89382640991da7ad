import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeToOthers, makeOwnFolder, ownerFile } from '../simulator/ownerOnly.ts';

/** Where each part of the run keeps its state. */
interface DataFolder {
  readonly queues: string;
  readonly tables: string;
  readonly simulator: string;
  /** Bundles and template of the current run; made anew by each. */
  readonly stack: string;
  /** Lets another run take the folder. */
  release(): void;
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Takes a folder for this process, making it where it is missing. What it holds of leads is readable by
 * the owner only, also what an earlier version left there. A lock that a killed process left
 * behind does not count.
 * @throws where a living process has it
 */
export const takeDataFolder = (folder: string): DataFolder => {
  makeOwnFolder(folder);
  const lock = join(folder, 'lock');
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: ownerFile });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner > 0 && lives(owner)) {
      throw new Error(
        `DATA_DIR ${folder} is in use by process ${owner}; stop it, or take another folder (if that process is no run of this project, delete ${lock})`,
        { cause: error },
      );
    }
    writeFileSync(lock, String(process.pid));
  }
  const parts = {
    queues: join(folder, 'queues.jsonl'),
    tables: join(folder, 'tables'),
    simulator: join(folder, 'simulator.jsonl'),
    stack: join(folder, 'stack'),
  };
  // LevelDB makes its files as the umask says, so the folder around them keeps others out.
  makeOwnFolder(parts.tables);
  closeToOthers(parts.tables, 'folder');
  for (const file of [parts.queues, parts.simulator]) closeToOthers(file, 'file');
  // What an earlier version kept of lines stands in the history today.
  for (const name of ['lines.jsonl', 'lines.jsonl.1']) rmSync(join(folder, name), { force: true });
  return {
    ...parts,
    release: () => {
      rmSync(lock, { force: true });
    },
  };
};
