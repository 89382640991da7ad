import type { Outcome } from './bench.ts';
import { aimLines } from './text.ts';

/** What a run prints, its JSON line last. */
export const printed = ({ lines, aims, numbers }: Outcome): string =>
  [...lines, '', ...aimLines(aims), '', JSON.stringify(numbers)].join('\n');

/**
 * The page of results with this bench's part replaced. Throws where the marks of its part
 * (`<!-- name -->` and `<!-- /name -->`) are missing.
 */
export const withOutcome = (page: string, name: string, outcome: Outcome): string => {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md needs ${start} and ${end}`);
  const part = `\n\`\`\`text\n$ npm run bench -- ${name}\n${printed(outcome)}\n\`\`\`\n`;
  return page.slice(0, from + start.length) + part + page.slice(to);
};
