import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Settings } from '../lambdas/settings.ts';

/** CloudWatch's name for each number of days that the settings offer. */
export const logRetention: Readonly<Record<Settings['logDays'], RetentionDays>> = {
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  90: RetentionDays.THREE_MONTHS,
  365: RetentionDays.ONE_YEAR,
};
