import { createHash } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { OperationsError } from '../../error.ts';

const schema = z.strictObject({
  offset: z.number().int().min(0),
  line: z.number().int().min(0),
  sent: z.number().int().min(0),
  refused: z.number().int().min(0),
  /** SHA-256 of the file's beginning: tells another file of the same name. */
  head: z.string(),
});

/** How far a file has been sent; everything before `offset` is safe or was refused. */
export type Position = Omit<z.infer<typeof schema>, 'head'>;

export const beginning: Position = { offset: 0, line: 0, sent: 0, refused: 0 };

const headBytes = 65_536;

const headOf = async (path: string, bytes: number): Promise<string> => {
  const file = await open(path);
  try {
    const most = Math.min(bytes, headBytes);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(most), 0, most, 0);
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('base64url');
  } finally {
    await file.close();
  }
};

/**
 * Where an earlier run of the same file ended; its beginning where there was none.
 * @throws OperationsError `bad-input` where the position is none, or another file's
 */
export const readPosition = async (path: string, positionPath: string): Promise<Position> => {
  const text = await readFile(positionPath, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return beginning;
  const anew = 'say --restart to begin anew';
  let parsed: z.ZodSafeParseResult<z.infer<typeof schema>>;
  try {
    parsed = schema.safeParse(JSON.parse(text));
  } catch {
    parsed = schema.safeParse(undefined);
  }
  if (!parsed.success)
    throw new OperationsError('bad-input', `${positionPath} is no position of a file: ${anew}`);
  const { head, ...position } = parsed.data;
  if ((await headOf(path, position.offset)) !== head)
    throw new OperationsError('bad-input', `${positionPath} is of another file: ${anew}`);
  return position;
};

/** Writes the position as a whole or not at all. */
export const writePosition = async (
  path: string,
  positionPath: string,
  position: Position,
): Promise<void> => {
  const head = await headOf(path, position.offset);
  await writeFile(`${positionPath}.new`, JSON.stringify({ ...position, head }));
  await rename(`${positionPath}.new`, positionPath);
};
