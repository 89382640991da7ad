import { expect, it } from 'vitest';
import { consoleLines } from '../../bench/console.ts';

it('the console’s bench asks every question and tells its ratios', async () => {
  const { aims, numbers } = await consoleLines.run({ seed: 1, size: 0.01 });
  expect(aims).toHaveLength(3);
  expect(numbers).toMatchObject({ bench: 'console', size: 0.01 });
});
