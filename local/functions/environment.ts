import { Worker } from 'node:worker_threads';
import type { Answer, FunctionError, Invocation, Outcome, Start } from './protocol.ts';

export interface EnvironmentSettings extends Start {
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** How long loading the bundle may take before it is done again within the invocation. Default: Lambda's 10 s. */
  readonly initMs?: number;
  /** Gets every line that the handler prints. */
  readonly log: (line: string) => void;
}

/** One execution environment: a thread with its own memory, variables and copy of the bundle. */
export interface Environment {
  /** One at a time; resolves also where the environment dies. Never rejects. */
  invoke(invocation: Invocation): Promise<Outcome>;
  /** Ends the thread now, whatever it does. */
  kill(error: FunctionError): Promise<void>;
  readonly alive: () => boolean;
}

const lines = (log: (line: string) => void): ((chunk: Buffer) => void) => {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(log);
  };
};

/**
 * Lambda's limit for loading a function's code before the first invocation. What takes longer is ended
 * and done again as part of that invocation, within the function's own timeout
 * (docs.aws.amazon.com/lambda, "Understanding the Lambda execution environment lifecycle", init phase).
 */
const lambdaInitMs = 10_000;

const timedOut = (afterMs: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Task timed out after ${(afterMs / 1000).toFixed(2)} seconds`,
});

const exited = (how: string): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `Runtime exited ${how}`,
});

/** Starts a thread; it loads the bundle while the first invocation waits. */
export const startEnvironment = (settings: EnvironmentSettings): Environment => {
  const { file, handler, ahead, initMs = lambdaInitMs } = settings;
  let alive = true;
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let current: { readonly invocation: Invocation; finish(outcome: Outcome): void } | undefined;

  const finish = (outcome: Outcome): void => {
    clearTimeout(timer);
    current?.finish(outcome);
    current = undefined;
  };
  const end = (error: FunctionError): void => {
    alive = false;
    finish({ error });
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./bootstrap.ts', import.meta.url), {
      workerData: { file, handler, ...(ahead && { ahead }) } satisfies Start,
      env: { ...settings.variables },
      execArgv: ['--enable-source-maps'],
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
      stdout: true,
      stderr: true,
    });
    started.stdout.on('data', lines(settings.log));
    started.stderr.on('data', lines(settings.log));
    started.on('message', (answer: Answer) => {
      if (started !== worker) return;
      if (answer.kind === 'done') {
        finish(answer.outcome);
        return;
      }
      ready = true;
      // A start that is repeated is part of the invocation: its time runs already.
      if (current?.invocation.endsAt === undefined) limitInvocation();
    });
    started.on('error', (cause) => {
      if (started !== worker) return;
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      end({ errorType: name, errorMessage: message });
    });
    started.on('exit', (code) => {
      if (started === worker) end(exited(`with status ${code}`));
    });
    return started;
  };
  let worker = start();

  const kill = async (error: FunctionError): Promise<void> => {
    end(error);
    await worker.terminate();
  };
  const limit = (milliseconds: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, milliseconds);
  };
  const limitInvocation = (): void => {
    if (!current) return;
    const { timeoutMs } = current.invocation;
    limit(timeoutMs, () => void kill(timedOut(timeoutMs)));
  };
  const startAgain = (): void => {
    if (!current) return;
    const { invocation } = current;
    const late = worker;
    worker = start();
    void late.terminate();
    const endsAt = performance.timeOrigin + performance.now() + invocation.timeoutMs;
    current = { ...current, invocation: { ...invocation, endsAt } };
    limitInvocation();
    worker.postMessage(current.invocation);
  };

  return {
    alive: () => alive,
    kill,
    invoke: (invocation) =>
      new Promise((resolve) => {
        if (!alive) {
          resolve({ error: exited('before the invocation') });
          return;
        }
        current = { invocation, finish: resolve };
        if (ready) limitInvocation();
        else limit(initMs, startAgain);
        worker.postMessage(invocation);
      }),
  };
};
