import type { CallLine, DeliveryLine, Facts, Logger } from '../delivery.ts';
import { shortHashOf } from '../digest.ts';
import { errorName } from '../errorName.ts';
import { userDeleted } from '../lead/erasure.ts';
import { without } from '../lead/without.ts';
import { withoutConsent } from '../segment/consent.ts';
import { historyLimits, historyTiming } from '../limits.ts';
import { scrubbedCall, scrubbedDelivery, scrubbedFacts } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { Metrics } from '../metricNames.ts';
import { outcomeOf } from './outcome.ts';
import type { HistoryUpdate, HistoryWriter } from './historyPorts.ts';
import type {
  EventDescription,
  HistoryCall,
  HistoryPayloads,
  HistoryStep,
  HistoryTrouble,
} from './types.ts';

/** What a function tells the history beside its lines. */
export interface HistoryNotes {
  /** Who sent what, and under whom its item stands where no line names a lead. */
  describe(message: string, about: EventDescription, owner: string | undefined): void;
  /** These events were held under one of the keys until their lead was known. */
  moved(messages: readonly string[], keys: readonly string[]): void;
  /** What went to Marketo of a lead, and what came back, for the events that it carried. */
  payloads(messages: readonly string[], payloads: HistoryPayloads): void;
}

interface RecorderOptions {
  readonly logger: Logger;
  readonly writer: Pick<HistoryWriter, 'write'>;
  readonly clock: Clock;
  readonly metrics?: Pick<Metrics, 'count'>;
  readonly service: string;
  /** How long the writing of one invocation may take. */
  readonly writeMs: number;
  /** Bodies are kept, too. */
  readonly payloads: boolean;
  /** Events go back to where they were: their outcomes count, whatever they had come to. */
  readonly resets?: boolean;
}

interface Noted {
  source?: string;
  messageId?: string;
  owner?: string;
  steps: HistoryStep[];
  about?: EventDescription;
  payloads?: HistoryPayloads;
  movedFrom?: readonly string[];
}

/**
 * Writes the history: a logger whose lines are noted and, at the end of an invocation, written at once.
 * Nothing waits for it but that end, for `writeMs` at most; what fails is lost to the history alone.
 */
export class HistoryRecorder implements HistoryNotes {
  readonly logger: Logger;
  private readonly options: RecorderOptions;
  private events = new Map<string, Noted>();
  private calls = new Map<string, HistoryCall>();
  private troubles: HistoryTrouble[] = [];
  private lost = 0;

  constructor(options: RecorderOptions) {
    this.options = options;
    const { logger } = options;
    this.logger = {
      delivery: (line) => {
        logger.delivery(line);
        this.delivery(line);
      },
      call: (line) => {
        logger.call(line);
        this.call(line);
      },
      warn: (message, facts) => {
        logger.warn(message, facts);
        this.trouble('warn', message, facts);
      },
      error: (message, facts) => {
        logger.error(message, facts);
        this.trouble('error', message, facts);
      },
    };
  }

  describe(message: string, about: EventDescription, owner: string | undefined): void {
    const noted = this.noted(message);
    if (noted === undefined) return;
    noted.about = cut(about, this.options.payloads);
    if (owner !== undefined) noted.owner ??= owner;
  }

  moved(messages: readonly string[], keys: readonly string[]): void {
    for (const message of messages) {
      const noted = this.noted(message);
      if (noted) noted.movedFrom = keys;
    }
  }

  payloads(messages: readonly string[], payloads: HistoryPayloads): void {
    if (!this.options.payloads) return;
    for (const message of messages) {
      const noted = this.noted(message);
      if (noted) noted.payloads = cutPayloads(payloads);
    }
  }

  /** Never rejects. */
  async flush(): Promise<void> {
    const updates = [...this.events].flatMap(([message, noted]) => this.updateOf(message, noted));
    const [calls, troubles] = [[...this.calls.values()], this.troubles];
    this.events = new Map();
    if (updates.length + troubles.length === 0 && this.mayWait(calls)) return;
    this.calls = new Map();
    this.troubles = [];
    const { writer, writeMs } = this.options;
    const signal = AbortSignal.timeout(writeMs);
    try {
      await writer.write({ updates, calls, troubles }, signal);
    } catch (error) {
      this.lost += Math.max(1, updates.length);
      this.options.logger.warn('some of the history is lost; the events themselves are safe', {
        error: errorName(error),
      });
    }
    if (this.lost > 0) this.options.metrics?.count('HistoryLost', this.lost);
    this.lost = 0;
  }

  /** Calls that carried no event go with what this instance writes next: an item of their own costs as much as an event. */
  private mayWait(calls: readonly HistoryCall[]): boolean {
    const [first] = calls;
    return (
      first === undefined ||
      (calls.length < historyLimits.callsPerInvocation &&
        this.options.clock.now() - first.at < historyTiming.callsWaitMs)
    );
  }

  private noted(message: string): Noted | undefined {
    const known = this.events.get(message);
    if (known) return known;
    if (this.events.size >= historyLimits.eventsPerInvocation) {
      this.lost += 1;
      return undefined;
    }
    const noted: Noted = { steps: [] };
    this.events.set(message, noted);
    return noted;
  }

  private delivery(given: DeliveryLine): void {
    const { messageId, step, because, until, call, lead } = given;
    // Ingest has nothing to add: absorb knows when an event came.
    if (step === 'queued' && this.options.resets !== true) return;
    const messages = given.messages ?? (messageId === undefined ? [] : [shortHashOf(messageId)]);
    const line = scrubbedDelivery({
      step,
      ...(given.fields && { fields: given.fields }),
      ...(because !== undefined && { because }),
    });
    const { clock, service } = this.options;
    for (const message of messages) {
      const noted = this.noted(message);
      if (noted === undefined) continue;
      if (lead !== undefined) noted.owner = lead;
      if (given.source !== undefined) noted.source = given.source;
      if (messageId !== undefined) noted.messageId = messageId;
      noted.steps.push({
        kind: 'step',
        at: clock.now(),
        service,
        step,
        ...(line.fields && { fields: line.fields.slice(0, historyLimits.fieldsPerStep) }),
        ...(line.because !== undefined && {
          because: line.because.slice(0, historyLimits.textCharacters),
        }),
        ...(until !== undefined && { until }),
        ...(call !== undefined && { call }),
        ...(given.isCreated && { isCreated: true as const }),
        ...(messageId !== undefined && { isOwn: true as const }),
      });
    }
  }

  private call(line: CallLine): void {
    const { clock, service } = this.options;
    this.calls.set(line.call, { kind: 'call', at: clock.now(), service, ...scrubbedCall(line) });
  }

  private trouble(level: 'warn' | 'error', message: string, facts: Facts = {}): void {
    if (this.troubles.length >= historyLimits.troublesPerInvocation) return;
    const { clock, service } = this.options;
    this.troubles.push({
      kind: 'trouble',
      at: clock.now(),
      service,
      level,
      message,
      facts: scrubbedFacts(facts),
    });
  }

  private updateOf(message: string, noted: Noted): readonly HistoryUpdate[] {
    const { owner, about, payloads, movedFrom } = noted;
    // What somebody drops by hand is the whole of it, whatever its fields.
    const told = this.options.resets
      ? noted.steps.map((one) => without(one, 'fields'))
      : noted.steps;
    const came = outcomeOf(told, about?.type);
    const last = noted.steps.at(-1);
    if (came === undefined || last === undefined) return [];
    const calls = new Set(noted.steps.flatMap(({ call }) => call ?? []));
    const reason = came.reason?.slice(0, historyLimits.textCharacters);
    return [
      {
        message,
        ...(owner !== undefined && { owner }),
        at: last.at,
        outcome: came.outcome,
        ...(reason !== undefined && { reason }),
        steps: [...[...calls].flatMap((call) => this.calls.get(call) ?? []), ...noted.steps],
        ...(about && { about: kept(about, noted.steps) }),
        ...(payloads && { payloads }),
        ...(isWithdrawn(noted.steps) && { withdrawn: true as const }),
        ...(noted.source !== undefined && { source: noted.source }),
        ...(noted.messageId !== undefined && { messageId: noted.messageId }),
        ...(movedFrom && { movedFrom }),
        ...(this.options.resets && { resets: true }),
      },
    ];
  }
}

const isWithdrawn = (steps: readonly HistoryStep[]): boolean =>
  steps.some(({ because }) => because === withoutConsent);

/** Of an event that came after its user's deletion, or without consent, no more than what names nobody. */
const kept = (about: EventDescription, steps: readonly HistoryStep[]): EventDescription => {
  if (steps.some(({ because }) => because === userDeleted))
    return without(about, 'received', 'email', 'userId', 'anonymousId', 'personName');
  return isWithdrawn(steps) ? without(about, 'received') : about;
};

const cutText = (text: string): string => text.slice(0, historyLimits.textCharacters);

const cutPayloads = ({ received, sent, answer }: HistoryPayloads): HistoryPayloads => {
  const cutOff = (text: string): string => text.slice(0, historyLimits.payloadBytes);
  return {
    ...(received !== undefined && { received: cutOff(received) }),
    ...(sent !== undefined && { sent: cutOff(sent) }),
    ...(answer !== undefined && { answer: cutOff(answer) }),
  };
};

/** As it is kept: each text is bounded, and bodies only where they are wanted. */
const cut = (about: EventDescription, payloads: boolean): EventDescription => {
  const { received, type, receivedAt, ...texts } = about;
  return {
    ...(Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, cutText(text)]),
    ) as typeof texts),
    type,
    receivedAt,
    ...(payloads && received !== undefined && cutPayloads({ received })),
  };
};
