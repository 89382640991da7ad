import { readFileSync } from 'node:fs';
import type { HttpAnswer } from './answer.ts';

const script = (name: string): HttpAnswer => ({
  status: 200,
  type: 'text/javascript; charset=utf-8',
  body: readFileSync(new URL(`browser/${name}.js`, import.meta.url), 'utf8'),
});

const loader = script('loader');
const tracker = script('tracker');

/**
 * The stand-in for Munchkin's scripts: `/munchkin.js`, which loads version 164, and versions by
 * number, of which 160 is the last that knows associateLead. Undefined for any other path.
 */
export const munchkinScriptAt = (path: string): HttpAnswer | undefined => {
  if (path === '/munchkin.js') return loader;
  return path === '/160/munchkin.js' || path === '/164/munchkin.js' ? tracker : undefined;
};
