import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Milliseconds between two firings of an EventBridge rate expression, `rate(1 minute)`.
 * @throws for anything else: cron expressions are not run here
 */
export const rateMs = (expression: string): number => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined || Number(count) < 1) {
    throw new Error(`the local run knows schedules like rate(5 minutes), not ${expression}`);
  }
  return Number(count) * (unitMs[unit] ?? 0);
};

interface ScheduleSettings {
  readonly everyMs: number;
  /** The message that each firing sends. */
  readonly body: string;
  readonly queueUrl: string;
  readonly warn: (message: string) => void;
}

/** Sends its message at once and then at its rate. Returns what stops it. */
export const startSchedule = (
  sqs: SQSClient,
  { everyMs, body, queueUrl, warn }: ScheduleSettings,
): (() => void) => {
  const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body });
  const fire = (): void => {
    sqs.send(command).catch(() => {
      warn(`the schedule could not send its message to ${queueUrl}`);
    });
  };
  fire();
  const timer = setInterval(fire, everyMs);
  return () => {
    clearInterval(timer);
  };
};
