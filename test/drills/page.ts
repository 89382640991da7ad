import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The page of the drills, as it is. */
export const page = readFileSync(join(import.meta.dirname, '../../docs/drills.md'), 'utf8');

/** The lines of the code blocks of this language. */
const blocksIn = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].flatMap(
    ([, code = '']) => code.split('\n').filter((line) => line.trim() !== ''),
  );

/** What one drill of docs/drills.md says, as far as a machine can hold it to it. */
interface Written {
  /** Command lines, without `npx marketo-destination` and what is a comment. */
  readonly commands: readonly string[];
  /** Lines of output; `…` stands for anything. */
  readonly outputs: readonly string[];
  /** Alarms that ring. */
  readonly alarms: readonly string[];
}

/** @throws where the page has no section of this title */
export const written = (title: string): Written => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`docs/drills.md has no drill "${title}"`);
  const [, rings = ''] = /^\*\*What rings\.\*\*([^]*?)\n\n/m.exec(section) ?? [];
  return {
    commands: blocksIn(section, 'sh').map((line) =>
      line
        .replace(/\s+#.*$/, '')
        .replace(/^npx marketo-destination /, '')
        .trim(),
    ),
    outputs: blocksIn(section, 'text'),
    alarms: [...rings.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name),
  };
};

/** Whether a line of output is the one that is written. */
export const isWritten = (line: string, pattern: string): boolean => {
  const parts = pattern.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(line);
};
