import type { LocalFunction } from '../functions/function.ts';

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

export interface ScheduleSettings {
  readonly everyMs: number;
  readonly input: unknown;
  readonly target: LocalFunction;
  readonly warn: (message: string) => void;
}

/** Invokes the target at once and then at its rate. Returns what stops it. */
export const startSchedule = ({ everyMs, input, target, warn }: ScheduleSettings): (() => void) => {
  const fire = (): void => {
    void target.invoke(input).then((outcome) => {
      if ('error' in outcome)
        warn(`${target.name}: its schedule failed: ${outcome.error.errorType}`);
    });
  };
  fire();
  const timer = setInterval(fire, everyMs);
  return () => {
    clearInterval(timer);
  };
};
