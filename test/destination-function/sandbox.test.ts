import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { code, globalNames, load } from './support.ts';

const unknownNames = (source: string): string[] =>
  new Linter()
    .verify(source, {
      languageOptions: {
        ecmaVersion: 2023,
        sourceType: 'script',
        globals: Object.fromEntries(globalNames.map((name) => [name, 'readonly'])),
      },
      rules: { 'no-undef': 'error' },
    })
    .map(({ message }) => message);

describe('the file to paste', () => {
  it('names nothing but JavaScript and what Segment provides', () => {
    expect(unknownNames(code)).toEqual([]);
  });

  it.each(['require', 'process', 'Buffer', 'setTimeout', 'URL', 'AbortSignal', 'btoa'])(
    'would be found out if it used %s',
    (name) => {
      expect(unknownNames(`${code}\nconst used = () => ${name};`)).toEqual([
        `'${name}' is not defined.`,
      ]);
      expect(load()).not.toHaveProperty(name);
    },
  );

  it.each(['Identify', 'Track', 'Page', 'Screen', 'Group', 'Alias', 'Delete', 'Batch'])(
    'handles on%s',
    (call) => {
      expect(load()).toHaveProperty(`on${call}`, expect.any(Function));
    },
  );

  it('prints nothing: the logs of a function are open to the whole workspace', () => {
    expect(code).not.toContain('console');
  });
});
