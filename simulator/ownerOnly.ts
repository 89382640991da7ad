import { chmodSync, mkdirSync } from 'node:fs';

/** Leads are personal data: what holds them is for the user alone who runs this. */
export const ownerFile = 0o600;
const ownerFolder = 0o700;

/** Makes a folder that is missing, for its owner alone. One that is there keeps its mode. */
export const makeOwnFolder = (path: string): void => {
  mkdirSync(path, { recursive: true, mode: ownerFolder });
};

/** Takes a file or folder that an earlier version left readable away from everybody else, if it is there. */
export const closeToOthers = (path: string, kind: 'file' | 'folder'): void => {
  try {
    chmodSync(path, kind === 'file' ? ownerFile : ownerFolder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};
