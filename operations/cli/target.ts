import { OperationsError } from '../error.ts';
import { createHttpOperations } from '../http.ts';
import type { Operations } from '../ports.ts';
import type { Info } from '../views.ts';
import type { Io } from './io.ts';

/** Which destination a command is for. */
export interface TargetOptions {
  /** A deployed stack; absent: the local pipeline. */
  readonly stack?: string;
  readonly region?: string;
  /** The local pipeline's address. */
  readonly url?: string;
}

export interface Target {
  readonly operations: Operations;
  readonly info: () => Promise<Info>;
  /** Base URL of ingest. */
  readonly ingestUrl: string;
  readonly writeKey: () => Promise<string>;
  /** A write key that may delete. */
  readonly deleteKey: () => Promise<string>;
  close(): void;
}

const localUrl = 'http://localhost:8787';

const localTarget = (url: string, env: Io['env']): Target => {
  const operations = createHttpOperations(url);
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);
  const keyFrom = (names: readonly string[], fallback: string) => (): Promise<string> => {
    const given = names.map((name) => env[name]?.split(',')[0]?.trim()).find(Boolean);
    if (given !== undefined) return Promise.resolve(given);
    if (isLocal) return Promise.resolve(fallback);
    const message = `${url} is not this machine: put its key into the variable ${names[0] ?? ''}`;
    return Promise.reject(new OperationsError('bad-input', message));
  };
  return {
    operations,
    info: () => operations.info(),
    ingestUrl: url,
    writeKey: keyFrom(['WRITE_KEY', 'WRITE_KEYS'], 'local-write-key'),
    deleteKey: keyFrom(['DELETE_KEY', 'DELETE_KEYS'], 'local-delete-key'),
    close: () => undefined,
  };
};

/** Opens the destination that the options name. */
export const openTarget = async (
  { stack, region, url }: TargetOptions,
  env: Io['env'],
): Promise<Target> => {
  if (stack === undefined) {
    if (region !== undefined)
      throw new OperationsError('bad-input', '--region needs --stack: it says where the stack is');
    return localTarget(url ?? (env['MARKETO_DESTINATION_URL'] || localUrl), env);
  }
  if (url !== undefined)
    throw new OperationsError('bad-input', 'give --stack or --url: they name two destinations');
  // AWS's clients take longer to load than a command against this machine takes.
  const { openDeployed } = await import('../deployed/open.ts');
  const deployed = await openDeployed({
    stackName: stack,
    ...(region !== undefined && { region }),
  });
  const { operations, ingestUrl, writeKey, deleteKey } = deployed;
  const info: Info = { name: stack, isLocal: false, ingestUrl };
  return {
    operations,
    info: () => Promise.resolve(info),
    ingestUrl,
    writeKey,
    deleteKey,
    close: () => {
      deployed.close();
    },
  };
};
