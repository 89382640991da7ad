import { Worker } from 'node:worker_threads';
import type { Answer, FunctionError, Invocation, Outcome, Start } from './protocol.ts';

export interface EnvironmentSettings extends Start {
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
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

/** Lambda's limit for loading a function's code, before and outside its own timeout. */
const initMs = 10_000;

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
  const { file, handler, ahead } = settings;
  const worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
    workerData: { file, handler, ...(ahead && { ahead }) } satisfies Start,
    env: { ...settings.variables },
    execArgv: ['--enable-source-maps'],
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
    stdout: true,
    stderr: true,
  });
  worker.stdout.on('data', lines(settings.log));
  worker.stderr.on('data', lines(settings.log));

  let alive = true;
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let current: { readonly timeoutMs: number; finish(outcome: Outcome): void } | undefined;

  const finish = (outcome: Outcome): void => {
    clearTimeout(timer);
    current?.finish(outcome);
    current = undefined;
  };
  const kill = async (error: FunctionError): Promise<void> => {
    alive = false;
    finish({ error });
    await worker.terminate();
  };
  const limit = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void kill(timedOut(milliseconds)), milliseconds);
  };
  const end = (error: FunctionError): void => {
    alive = false;
    finish({ error });
  };
  worker.on('message', (answer: Answer) => {
    if (answer.kind === 'done') {
      finish(answer.outcome);
    } else {
      ready = true;
      if (current) limit(current.timeoutMs);
    }
  });
  worker.on('error', (cause) => {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    end({ errorType: name, errorMessage: message });
  });
  worker.on('exit', (code) => {
    end(exited(`with status ${code}`));
  });

  return {
    alive: () => alive,
    kill,
    invoke: (invocation) =>
      new Promise((resolve) => {
        if (!alive) {
          resolve({ error: exited('before the invocation') });
          return;
        }
        current = { timeoutMs: invocation.timeoutMs, finish: resolve };
        limit(ready ? invocation.timeoutMs : initMs);
        worker.postMessage(invocation);
      }),
  };
};
