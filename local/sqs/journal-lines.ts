import * as z from 'zod';
import type { StoredQueue } from './changes.ts';

const message = z.object({
  id: z.string(),
  body: z.string(),
  group: z.string().optional(),
  deduplication: z.string().optional(),
  attributes: z.record(z.string(), z.object({ type: z.string(), value: z.string() })).optional(),
  trace: z.string().optional(),
  deadFrom: z.string().optional(),
  sequence: z.int(),
  sentAt: z.number(),
  receives: z.int(),
  firstReceivedAt: z.number().optional(),
  receivedAt: z.number().optional(),
  visibleAt: z.number(),
});

const remembered = z.object({
  key: z.string(),
  until: z.number(),
  id: z.string(),
  sequence: z.int(),
});

const moved = message.pick({
  id: true,
  receives: true,
  firstReceivedAt: true,
  receivedAt: true,
  visibleAt: true,
});

const lineSchema = z.object({
  queue: z.string(),
  attributes: z.record(z.string(), z.string()).optional(),
  sequence: z.int().optional(),
  message: message.optional(),
  moved: moved.optional(),
  gone: z.string().optional(),
  remembered: remembered.optional(),
  purged: z.literal(true).optional(),
});

/** One change of one queue's state. */
export type JournalLine = z.infer<typeof lineSchema>;

interface Folded {
  attributes: Readonly<Record<string, string>>;
  sequence: number;
  readonly messages: Map<string, z.infer<typeof message>>;
  readonly remembered: Map<string, z.infer<typeof remembered>>;
}

const apply = (queue: Folded, line: JournalLine): void => {
  if (line.attributes !== undefined) queue.attributes = line.attributes;
  if (line.purged) queue.messages.clear();
  if (line.message !== undefined) queue.messages.set(line.message.id, line.message);
  if (line.moved !== undefined) {
    const known = queue.messages.get(line.moved.id);
    if (known !== undefined) queue.messages.set(known.id, { ...known, ...line.moved });
  }
  if (line.gone !== undefined) queue.messages.delete(line.gone);
  if (line.remembered !== undefined) queue.remembered.set(line.remembered.key, line.remembered);
  queue.sequence = Math.max(queue.sequence, line.sequence ?? 0, line.message?.sequence ?? 0);
};

/** Reads a line; undefined if it is not one (the last one may be cut off). */
export const parseLine = (text: string): JournalLine | undefined => {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** What all lines together say, queues in the order of their creation. */
export const foldLines = (lines: Iterable<JournalLine>, now: number): readonly StoredQueue[] => {
  const queues = new Map<string, Folded>();
  for (const line of lines) {
    let queue = queues.get(line.queue);
    if (queue === undefined) {
      queue = { attributes: {}, sequence: 0, messages: new Map(), remembered: new Map() };
      queues.set(line.queue, queue);
    }
    apply(queue, line);
  }
  return [...queues].map(([name, { attributes, sequence, messages, remembered: sent }]) => ({
    name,
    attributes,
    sequence,
    messages: [...messages.values()].sort((one, other) => one.sequence - other.sequence),
    remembered: [...sent.values()]
      .filter(({ until }) => until > now)
      .sort((one, other) => one.until - other.until),
  }));
};

/** The fewest lines that say the same. */
export const linesOf = function* (queues: readonly StoredQueue[]): Generator<JournalLine> {
  for (const { name, attributes, sequence, messages, remembered: sent } of queues) {
    yield { queue: name, attributes, sequence };
    for (const entry of sent) yield { queue: name, remembered: entry };
    for (const stored of messages) yield { queue: name, message: stored };
  }
};
