import { expect, test } from 'vitest';
import { printed, withOutcome } from '../../bench/page.ts';

const outcome = {
  lines: ['a line'],
  aims: [{ what: 'speed', aim: 'at most 2', got: '3', isMet: false }],
  numbers: { bench: 'x', calls: 3 },
};

test('what a run prints says which aims were missed and ends with one JSON line', () => {
  const lines = printed(outcome).split('\n');
  expect(lines).toContain('missed  speed: 3 (aim: at most 2)');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ bench: 'x', calls: 3 });
});

test('a run replaces its own part of the page, as often as it likes', () => {
  const page = 'before <!-- x -->old<!-- /x --> between <!-- y -->kept<!-- /y -->';
  const once = withOutcome(page, 'x', outcome);
  expect(once).toMatch(/^before <!-- x -->[^]*a line[^]*<!-- \/x --> between <!-- y -->kept/);
  expect(once).not.toContain('old');
  expect(withOutcome(once, 'x', outcome)).toBe(once);
});

test('a page without a place for the bench is an error that names the marks', () => {
  expect(() => withOutcome('nothing', 'x', outcome)).toThrow('<!-- x --> and <!-- /x -->');
});
