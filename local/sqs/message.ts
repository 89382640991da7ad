/** A message attribute as it came; a `Binary` value stays base64 text. */
export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}

/** What a producer may say. Delays in seconds, as SQS takes them. */
export interface Sending {
  readonly body: string;
  readonly group?: string | undefined;
  readonly deduplication?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  /** The system attribute `AWSTraceHeader`. */
  readonly trace?: string | undefined;
}

/** What the producer gets back. For a duplicate: the id and number of the message it repeats. */
export interface Sent {
  readonly id: string;
  readonly sequence: number;
}

/** A message as it can be written down and read back. All times are epoch ms. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly group?: string | undefined;
  readonly deduplication?: string | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly trace?: string | undefined;
  /** The ARN of the queue that gave the message up, on a dead-letter queue. */
  readonly deadFrom?: string | undefined;
  /** Rises with every message of its queue. */
  readonly sequence: number;
  readonly sentAt: number;
  /** "The number of times a message has been received across all queues" (ReceiveMessage). */
  receives: number;
  firstReceivedAt?: number | undefined;
  /** The last receive from this queue; absent while the message never left it. */
  receivedAt?: number | undefined;
  visibleAt: number;
}

/** A message in memory. `gone` marks one that lists and heaps may still hold; they skip it. */
export interface Message extends StoredMessage {
  state: 'delayed' | 'visible' | 'inFlight' | 'gone';
}

/** One delivery. A value of its own: later receives do not change it. */
export interface Received extends Readonly<Omit<StoredMessage, 'visibleAt' | 'receivedAt'>> {
  readonly receiptHandle: string;
}

/** SQS's sequence numbers are 20 digits, so that text and number sort alike. */
export const sequenceText = (sequence: number): string => `1${String(sequence).padStart(19, '0')}`;
