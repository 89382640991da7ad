/**
 * What is to happen when a test, or a test file, is over. Files share their modules, so a module's own
 * `afterAll` would be that of the first file alone: `perFile.ts` calls these for each.
 */
type End = () => Promise<void> | void;

const afterFiles = new Set<End>();
const afterTests = new Set<End>();

/** Called once by a module, as it is loaded: at the end of each file. */
export const atFileEnd = (end: End): void => void afterFiles.add(end);

/** The same at the end of each test. */
export const atTestEnd = (end: End): void => void afterTests.add(end);

export const endFile = async (): Promise<void> => {
  for (const end of afterFiles) await end();
};

export const endTest = async (): Promise<void> => {
  for (const end of afterTests) await end();
};
