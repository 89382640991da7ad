import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { accountId, region, resolve, resourcesOf } from '../template.ts';
import type { Physicals, Template } from '../template.ts';
import { createFunction, type LocalFunction } from './function.ts';

interface DeploySettings {
  /** Path of `<Stack>.assets.json`. */
  readonly assets: string;
  /** Variables that every function gets beside its own. */
  readonly variables: Readonly<Record<string, string>>;
  /** The most environments of each function. */
  readonly most: number;
  readonly log: (line: string) => void;
  readonly ahead?: SharedArrayBuffer;
}

const manifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Object key of each asset → its folder. */
const foldersOf = (assets: string): ReadonlyMap<string, string> => {
  const { files } = manifestSchema.parse(JSON.parse(readFileSync(assets, 'utf8')));
  return new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [
        objectKey,
        join(dirname(assets), source.path),
      ]),
    ),
  );
};

const propertiesSchema = z.object({
  Runtime: z.string().startsWith('nodejs'),
  Handler: z.string().regex(/^[^.]+\.[^.]+$/),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Layers: z.undefined().optional(),
  Code: z.object({ S3Key: z.string() }),
});

/** `FunctionsAbsorbFunction4F3804E3` → `absorb`; an id of another make stays as it is. */
const shortName = (id: string): string =>
  /^Functions(\w+)Function[0-9A-F]{8}$/.exec(id)?.[1]?.toLowerCase() ?? id;

const fileOf = (folder: string, module: string): string => {
  const found = ['.cjs', '.mjs', '.js']
    .map((suffix) => join(folder, module + suffix))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${folder} has no file for the module ${module}`);
  return found;
};

/**
 * Makes the template's functions ready to be invoked; their environments start when they are
 * needed. Their names and ARNs go into `physicals`.
 * @returns short name (`ingest`, `absorb`, …) → function
 */
export const deployFunctions = (
  template: Template,
  physicals: Physicals,
  { assets, variables, most: max, log, ahead }: DeploySettings,
): ReadonlyMap<string, LocalFunction> => {
  const folders = foldersOf(assets);
  const functions = new Map<string, LocalFunction>();
  for (const [id, written] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const parsed = propertiesSchema.safeParse(written);
    if (!parsed.success) {
      throw new Error(`${id} cannot run here: ${z.prettifyError(parsed.error)}`);
    }
    const { Handler, Timeout, MemorySize, Code } = parsed.data;
    const [module = '', handler = ''] = Handler.split('.');
    const folder = folders.get(Code.S3Key);
    if (folder === undefined) throw new Error(`${id}: ${assets} knows no asset ${Code.S3Key}`);
    const name = shortName(id);
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    const environment = resolve(written['Environment'] ?? {}, physicals, `${id}.Environment`);
    const own = (environment as { readonly Variables?: Record<string, string> }).Variables ?? {};
    const fn = createFunction({
      name,
      arn,
      file: fileOf(folder, module),
      handler,
      variables: {
        ...own,
        ...variables,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_FORMAT: 'JSON',
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: Handler,
      },
      timeoutMs: Timeout * 1_000,
      memoryMb: MemorySize,
      most: max,
      log,
      ...(ahead && { ahead }),
    });
    physicals.set(id, { ref: name, attributes: { Arn: arn } });
    functions.set(name, fn);
  }
  return functions;
};
