import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { OperationsError } from '../../error.ts';

const schema = z.strictObject({
  offset: z.number().int().min(0),
  line: z.number().int().min(0),
  sent: z.number().int().min(0),
  refused: z.number().int().min(0),
  /** Names the file in the messageIds that it gives. */
  id: z.string().min(1),
  /** SHA-256 of its beginning and of what lies before the offset: tells another file. */
  content: z.string(),
});

/** How far a file has been sent; everything before `offset` is safe or was refused. */
export type Position = Omit<z.infer<typeof schema>, 'content'>;

/** The beginning of a file that has not been sent yet, or is to be sent again. */
export const beginning = (id: string = randomUUID()): Position => ({
  id,
  offset: 0,
  line: 0,
  sent: 0,
  refused: 0,
});

const edgeBytes = 65_536;

const contentOf = async (path: string, offset: number): Promise<string> => {
  const file = await open(path);
  try {
    const max = Math.min(offset, edgeBytes);
    const hash = createHash('sha256');
    for (const from of [0, offset - max]) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(max), 0, max, from);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('base64url');
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
  if (text === undefined) return beginning();
  const anew = 'say --restart to begin anew';
  let parsed: z.ZodSafeParseResult<z.infer<typeof schema>>;
  try {
    parsed = schema.safeParse(JSON.parse(text));
  } catch {
    parsed = schema.safeParse(undefined);
  }
  if (!parsed.success)
    throw new OperationsError('bad-input', `${positionPath} is no position of a file: ${anew}`);
  const { content, ...position } = parsed.data;
  if ((await contentOf(path, position.offset)) !== content)
    throw new OperationsError(
      'bad-input',
      `${positionPath} is of another file, or what was sent of this one has changed: ${anew}`,
    );
  return position;
};

/** Writes the position as a whole or not at all. */
export const writePosition = async (
  path: string,
  positionPath: string,
  position: Position,
): Promise<void> => {
  const content = await contentOf(path, position.offset);
  await writeFile(`${positionPath}.new`, JSON.stringify({ ...position, content }));
  await rename(`${positionPath}.new`, positionPath);
};
