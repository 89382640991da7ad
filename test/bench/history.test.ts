import { expect, it } from 'vitest';
import { history } from '../../bench/history.ts';

it('asks everything of a small history', async () => {
  const { lines, numbers } = await history.run({ seed: 1, size: 0.001 });
  expect(lines.join('\n')).toContain('part of an e-mail');
  expect(numbers).toMatchObject({ bench: 'history', size: 0.001 });
}, 60_000);
