/** The environment variable of a setting: its path in capitals. */
export const variableOf = (path: string): string =>
  path
    .replaceAll('.', '_')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toUpperCase();
