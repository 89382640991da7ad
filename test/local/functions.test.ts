import { expect, test, vi } from 'vitest';
import { functionOf } from './support.ts';

test('a handler gets the event, its variables and a Lambda context', async () => {
  const fn = functionOf(
    `exports.handler = async (event, context) => ({
      event, url: process.env.QUEUE_URL, home: process.env.HOME,
      name: context.functionName, id: context.awsRequestId, left: context.getRemainingTimeInMillis(),
    });`,
    { variables: { QUEUE_URL: 'http://q' } },
  );
  const outcome = await fn.invoke({ a: 1 });
  const result: unknown = JSON.parse(('result' in outcome && outcome.result) || 'null');
  expect(result).toMatchObject({ event: { a: 1 }, url: 'http://q', name: 'tested' });
  expect(result).not.toHaveProperty('home');
  expect(result).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
  const { left } = result as { left: number };
  expect(left).toBeGreaterThan(9_000);
  expect(left).toBeLessThanOrEqual(10_000);
});

test('a handler that returns nothing has no result', async () => {
  const fn = functionOf('exports.handler = async () => {};');
  expect(await fn.invoke({})).toEqual({});
});

test('a thrown error is reported by type and message, and its environment goes on', async () => {
  const fn = functionOf(`
    let count = 0;
    exports.handler = async () => { count += 1; if (count === 1) throw new TypeError('no'); return count; };`);
  expect(await fn.invoke({})).toMatchObject({
    error: { errorType: 'TypeError', errorMessage: 'no' },
  });
  expect(await fn.invoke({})).toEqual({ result: '2' });
});

test('a handler over its timeout fails, and the next one finds a fresh environment', async () => {
  const fn = functionOf(
    `let count = 0;
     exports.handler = async (event) => {
       count += 1;
       if (event.hang) for (;;);
       return count;
     };`,
    { timeoutMs: 3_000 },
  );
  expect(await fn.invoke({})).toEqual({ result: '1' });
  expect(await fn.invoke({ hang: true })).toMatchObject({
    error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' },
  });
  expect(await fn.invoke({})).toEqual({ result: '1' });
});

const slowStart = (loadMs: number): string => `
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${loadMs});
  let count = 0;
  exports.handler = async (event, context) => {
    count += 1;
    return [count, context.getRemainingTimeInMillis()];
  };`;

test('a start that takes too long is done again within the invocation, which succeeds', async () => {
  const fn = functionOf(slowStart(200), { initMs: 1, timeoutMs: 120_000 });
  const invoke = async (): Promise<unknown> => {
    const outcome = await fn.invoke({});
    return 'result' in outcome && outcome.result ? JSON.parse(outcome.result) : outcome;
  };
  const [count, left] = (await invoke()) as [number, number];
  expect(count).toBe(1);
  expect(left).toBeLessThanOrEqual(119_800);
  // The environment that started in the end serves on, with the whole timeout for each invocation.
  const [countThen, leftThen] = (await invoke()) as [number, number];
  expect(countThen).toBe(2);
  expect(leftThen).toBeGreaterThan(left);
});

test('a start that takes longer than the timeout, too, fails the invocation by that timeout', async () => {
  const fn = functionOf(slowStart(600_000), { initMs: 1, timeoutMs: 300 });
  expect(await fn.invoke({})).toMatchObject({
    error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 0.30 seconds' },
  });
});

test('a process that exits or throws outside the handler fails the invocation', async () => {
  const fn = functionOf(`exports.handler = async (event) => {
    if (event.exit) process.exit(3);
    setTimeout(() => { throw new RangeError('late'); }, 0);
    await new Promise(() => {});
  };`);
  expect(await fn.invoke({ exit: true })).toMatchObject({
    error: { errorType: 'Runtime.ExitError' },
  });
  expect(await fn.invoke({})).toMatchObject({ error: { errorType: 'RangeError' } });
});

test('a bundle that does not load or lacks the handler fails every invocation', async () => {
  expect(await functionOf("throw new Error('no setting X')").invoke({})).toMatchObject({
    error: { errorMessage: 'no setting X' },
  });
  expect(await functionOf('exports.other = 1').invoke({})).toMatchObject({
    error: { errorMessage: expect.stringContaining('exports no function handler') as string },
  });
});

const slow = `
  const { threadId } = require('node:worker_threads');
  let busy = false;
  exports.handler = async (event) => {
    if (busy) throw new Error('two at once');
    busy = true;
    await new Promise((resolve) => setTimeout(resolve, 20));
    busy = false;
    return threadId;
  };`;

test('an environment works on one invocation at a time, and there are no more than the cap', async () => {
  const fn = functionOf(slow, { most: 2 });
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => fn.invoke({})));
  const threads = new Set(outcomes.map((outcome) => JSON.stringify(outcome)));
  expect(outcomes.every((outcome) => 'result' in outcome)).toBe(true);
  expect(threads.size).toBe(2);
});

test('one environment is enough for invocations after one another', async () => {
  const fn = functionOf(slow, { most: 4 });
  expect(await fn.invoke({})).toEqual(await fn.invoke({}));
});

test('a killed environment fails its invocation; one at rest is unharmed', async () => {
  const fn = functionOf(
    `let count = 0;
     exports.handler = async (event) => {
       count += 1;
       if (event.hang) { console.log('at work'); await new Promise(() => {}); }
       return count;
     };`,
    { most: 1 },
  );
  const hanging = fn.invoke({ hang: true });
  await vi.waitFor(() => {
    expect(fn.lines).toContain('at work');
  });
  expect(fn.killBusy()).toBe(1);
  expect(await hanging).toMatchObject({
    error: {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('killed') as string,
    },
  });
  expect(await fn.invoke({})).toEqual({ result: '1' });
  expect(fn.killBusy()).toBe(0);
  expect(await fn.invoke({})).toEqual({ result: '2' });
  fn.killNext();
  expect(await fn.invoke({})).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  expect(await fn.invoke({})).toEqual({ result: '1' });
});

test('whatever a handler prints comes out line by line', async () => {
  const fn = functionOf(
    `exports.handler = async () => { process.stdout.write('{"a":'); process.stdout.write('1}\\n'); console.error('b'); };`,
  );
  await fn.invoke({});
  await vi.waitFor(() => {
    expect(fn.lines).toEqual(expect.arrayContaining(['{"a":1}', 'b']));
  });
});

test('closing fails what is at work and what waits', async () => {
  const fn = functionOf('exports.handler = () => new Promise(() => {});', { most: 1 });
  const both = Promise.all([fn.invoke({}), fn.invoke({})]);
  await fn.close();
  for (const outcome of await both) expect(outcome).toHaveProperty('error');
});
