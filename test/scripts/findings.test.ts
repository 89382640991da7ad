import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const folder = join(import.meta.dirname, '../../findings');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const scripts = readdirSync(folder).filter((file) => file.endsWith('.sh'));
const installed = /^npm install --prefix \. --silent --no-audit --no-fund --ignore-scripts (.+)$/m;

describe('findings', () => {
  it('have one row each in their table', () => {
    const rows = read('README.md').matchAll(/^\| \[([\w.-]+)\]\(\1\) \|(?: [^|]+\|){3}$/gm);
    expect([...rows].map(([, file]) => file).sort()).toEqual(scripts.sort());
  });

  it.each(scripts)('install pinned versions in a folder that goes again: %s', (file) => {
    const script = read(file);
    const packages = installed.exec(script)?.[1]?.split(' ') ?? [];
    expect(packages).not.toEqual([]);
    expect(packages.filter((name) => !/.@\d+\.\d+\.\d+$/.test(name))).toEqual([]);
    expect(script).toContain('work=$(mktemp -d)\ntrap \'rm -rf "$work"\' EXIT\ncd "$work"\n');
  });

  it.each(scripts)('say what was seen, and check it: %s', (file) => {
    expect(read(file)).toMatch(/^#!.*\n(?:# .*\n)+# Seen: .*\n/);
    expect(read(file)).toMatch(/^assert\.\w+\(/m);
  });

  it('are no part of the package', () => {
    expect(packageJson.files.filter((path) => path.startsWith('findings'))).toEqual([]);
  });
});
