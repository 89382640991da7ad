import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { startEnvironment, type Environment, type EnvironmentSettings } from './environment.ts';
import type { FunctionError, Outcome } from './protocol.ts';

export interface FunctionSettings extends EnvironmentSettings {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  /** The most environments, that is, invocations at once; more of them wait. */
  readonly most: number;
}

/** A Lambda function on this machine. */
export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  readonly most: number;
  /** Folder of its code. */
  readonly folder: string;
  /** Invokes it with an event that JSON can carry. Never rejects: failures are outcomes. */
  invoke(event: unknown): Promise<Outcome>;
  /** Kills the environments that are at work now, as a lost machine would. Says how many. */
  killBusy(): number;
  /** The next invocation's environment dies while the handler is at work. */
  killNext(): void;
  /** Later invocations get new environments, as after a deployment; those at work end as they are. */
  renew(): void;
  close(): Promise<void>;
}

const killed: FunctionError = {
  errorType: 'Runtime.ExitError',
  errorMessage: 'Runtime exited with error: signal: killed',
};

export const createFunction = (settings: FunctionSettings): LocalFunction => {
  const { name, arn, handler, most: max, timeoutMs, memoryMb, file } = settings;
  const idle: Environment[] = [];
  const busy = new Set<Environment>();
  const waiting: (() => void)[] = [];
  let closed = false;
  let dieNext = false;
  const old = new Set<Environment>();

  const environment = (): Environment => {
    for (let found = idle.pop(); found; found = idle.pop()) if (found.alive()) return found;
    return startEnvironment(settings);
  };

  return {
    name,
    arn,
    handler,
    most: max,
    folder: dirname(file),
    invoke: async (event) => {
      while (!closed && busy.size >= max) {
        await new Promise<void>((resume) => waiting.push(resume));
      }
      if (closed) return { error: killed };
      const taken = environment();
      busy.add(taken);
      const outcome = taken.invoke({
        requestId: randomUUID(),
        event: JSON.stringify(event),
        functionName: name,
        functionArn: arn,
        memoryMb,
        timeoutMs,
      });
      if (dieNext) {
        dieNext = false;
        void taken.kill(killed);
      }
      const ended = await outcome;
      busy.delete(taken);
      if (old.delete(taken)) void taken.kill(killed);
      else if (taken.alive()) idle.push(taken);
      waiting.shift()?.();
      return ended;
    },
    killBusy: () => {
      const count = busy.size;
      for (const one of busy) void one.kill(killed);
      return count;
    },
    killNext: () => {
      dieNext = true;
    },
    renew: () => {
      for (const one of busy) old.add(one);
      for (const one of idle.splice(0)) void one.kill(killed);
    },
    close: async () => {
      closed = true;
      const all = [...idle, ...busy];
      waiting.splice(0).forEach((resume) => {
        resume();
      });
      await Promise.all(all.map((one) => one.kill(killed)));
    },
  };
};
