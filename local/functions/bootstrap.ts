/** Runs inside an environment's thread: loads the bundle, then answers one invocation at a time. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, FunctionError, Invocation, Outcome, Start } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const port = parentPort;
if (!port) throw new Error('bootstrap.ts runs in a worker thread only');

const asError = (error: unknown): FunctionError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error) };

const load = async ({ file, handler }: Start): Promise<Handler> => {
  const loaded = (
    file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : createRequire(file)(file)
  ) as Record<string, unknown>;
  const found = loaded[handler];
  if (typeof found !== 'function') throw new Error(`${file} exports no function ${handler}`);
  return found as Handler;
};

/** Steady, and the same in every thread. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

const contextOf = (
  invocation: Invocation,
  endsAt = steadyNow() + invocation.timeoutMs,
): object => ({
  awsRequestId: invocation.requestId,
  functionName: invocation.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: invocation.functionArn,
  memoryLimitInMB: String(invocation.memoryMb),
  logGroupName: `/aws/lambda/${invocation.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - steadyNow())),
});

const run = async (handler: Handler, invocation: Invocation): Promise<Outcome> => {
  try {
    const value = await handler(
      JSON.parse(invocation.event),
      contextOf(invocation, invocation.endsAt),
    );
    const result = JSON.stringify(value) as string | undefined;
    return result === undefined ? {} : { result };
  } catch (error) {
    return { error: asError(error) };
  }
};

/** Sets the clock of this thread ahead: every `new Date()` and `Date.now()` of the bundle. */
const setAhead = (ahead: SharedArrayBuffer): void => {
  const cell = new Float64Array(ahead);
  const Machine = Date;
  const now = (): number => Machine.now() + (cell[0] ?? 0);
  const construct = (given: unknown[]): unknown[] => (given.length === 0 ? [now()] : given);
  globalThis.Date = new Proxy(Machine, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(target, construct(given), newTarget) as Date,
    get: (target, name, receiver): unknown =>
      name === 'now' ? now : Reflect.get(target, name, receiver),
  });
};

const answer = (message: Answer): void => {
  port.postMessage(message);
};

const start = workerData as Start;
if (start.ahead) setAhead(start.ahead);
const handler = await load(start);
port.on('message', (invocation: Invocation) => {
  void run(handler, invocation).then((outcome) => {
    answer({ kind: 'done', requestId: invocation.requestId, outcome });
  });
});
answer({ kind: 'ready' });
