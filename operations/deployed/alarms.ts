import {
  type CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { OperationsParts } from '../parts.ts';
import type { AlarmView } from '../views.ts';

const states = { ALARM: 'rings', INSUFFICIENT_DATA: 'unknown', OK: 'quiet' } as const;
const order: readonly AlarmView['state'][] = ['rings', 'unknown', 'quiet'];

/** As `lib/alarms.ts` writes the description. */
const description = /^(?<says>.*?) What to do: docs\/operations\.md#(?<section>[\w-]+)$/s;

const alarmOf = (alarm: MetricAlarm, prefix: string): AlarmView => {
  const { AlarmName = '', AlarmDescription = '', StateValue = 'INSUFFICIENT_DATA' } = alarm;
  const { says = AlarmDescription, section } = description.exec(AlarmDescription)?.groups ?? {};
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: AlarmName.slice(prefix.length),
    state: states[StateValue],
    says,
    ...(section !== undefined && { section }),
    ...(since && { since: epochMs(since.getTime()) }),
  };
};

/** The states of a destination's alarms, by what their names begin with. */
export const createAlarms =
  (client: CloudWatchClient, name: string): OperationsParts['alarms'] =>
  async () => {
    const prefix = `${name}-`;
    const found: AlarmView[] = [];
    for await (const page of paginateDescribeAlarms(
      { client },
      { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm'] },
    ))
      for (const alarm of page.MetricAlarms ?? []) found.push(alarmOf(alarm, prefix));
    return {
      alarms: found.sort(
        (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1),
      ),
      ...(found.length === 0 && {
        because: `CloudWatch has no alarm whose name begins with ${prefix}`,
      }),
    };
  };
