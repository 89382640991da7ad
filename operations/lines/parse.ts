import * as z from 'zod/mini';
import { apiNames } from '../../lambdas/marketo/leadApis.ts';
import type { CallLine, DeliveryLine } from '../../lambdas/delivery.ts';
import { shortHashOf } from '../../lambdas/digest.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Line, Told, ToldTrouble } from '../views.ts';

/** Every step; the type holds the list to the vocabulary. */
const steps = {
  accepted: true,
  dropped: true,
  queued: true,
  absorbed: true,
  superseded: true,
  unchanged: true,
  held: true,
  waiting: true,
  synced: true,
  visited: true,
  refused: true,
  dead: true,
} as const satisfies Record<DeliveryLine['step'], true>;

const text = z.string();
const number = z.number();
const texts = z.array(text);

const deliverySchema = z.object({
  step: z.enum(Object.keys(steps) as DeliveryLine['step'][]),
  messageId: z.optional(text),
  messages: z.optional(texts),
  lead: z.optional(text),
  source: z.optional(text),
  fields: z.optional(texts),
  because: z.optional(text),
  until: z.optional(number),
  call: z.optional(text),
  isCreated: z.optional(z.literal(true)),
});

const callSchema = z.object({
  call: text,
  api: z.enum(apiNames),
  about: z.enum(['leads', 'fields']),
  leads: number,
  requests: number,
  tookMs: number,
  verdicts: z.record(text, number),
  because: z.optional(text),
});

type Raw = Readonly<Record<string, unknown>>;

interface Written {
  readonly at: EpochMs;
  readonly service: string;
}

/** What Powertools and Lambda write beside our facts. */
const notOurs = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'correlation_id',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'tenant_id',
]);

const troubles = { WARN: 'warn', ERROR: 'error', CRITICAL: 'error' } as const;

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const factsOf = (raw: Raw): ToldTrouble['facts'] =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) =>
      !notOurs.has(name) && isScalar(value) ? [[name, value]] : [],
    ),
  );

const toldOf = (raw: Raw, written: Written): Told | undefined => {
  const { data } = z.safeParse(deliverySchema, raw);
  if (data === undefined) return undefined;
  const { messageId } = data;
  // Lines of older versions name their message by its id alone.
  const messages = data.messages ?? (messageId === undefined ? [] : [shortHashOf(messageId)]);
  // The schema's absent properties are absent, not undefined.
  return { ...(data as DeliveryLine), kind: 'step', ...written, messages };
};

const parsed = (line: string): Raw | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Raw;
  } catch {
    return undefined;
  }
};

/**
 * One line of what a function printed, as it is in the delivery log. `undefined` for all that is no
 * line of ours: text, metrics (embedded metric format), Lambda's own lines, other levels, broken JSON.
 */
export const lineOf = (line: string): Line | undefined => {
  const raw = parsed(line.trim());
  if (raw === undefined || '_aws' in raw) return undefined;
  const { level, message, timestamp, service } = raw;
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN;
  if (Number.isNaN(at) || typeof message !== 'string' || typeof level !== 'string')
    return undefined;
  const written = { at: epochMs(at), service: typeof service === 'string' ? service : '' };
  if (Object.hasOwn(troubles, level)) {
    const trouble = troubles[level as keyof typeof troubles];
    return { kind: 'trouble', ...written, level: trouble, message, facts: factsOf(raw) };
  }
  if (level !== 'INFO') return undefined;
  if (message === 'delivery') return toldOf(raw, written);
  if (message !== 'call') return undefined;
  const { data } = z.safeParse(callSchema, raw);
  return data && { ...(data as CallLine), kind: 'call', ...written };
};
