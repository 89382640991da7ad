import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import { createAlarms } from '../../../operations/deployed/alarms.ts';
import { clientOf, scriptedService } from '../../aws/scripted.ts';

const alarmsOf = async (...pages: readonly object[]) => {
  const asked: unknown[] = [];
  const url = await scriptedService((input) => {
    asked.push(input);
    return { body: pages[asked.length - 1] ?? {} };
  });
  return { asked, alarms: createAlarms(new CloudWatchClient(clientOf(url)), 'shop') };
};

it('lists the alarms of the destination alone, those that ring first, with what to do', async () => {
  const { asked, alarms } = await alarmsOf(
    {
      NextToken: 'more',
      MetricAlarms: [
        {
          AlarmName: 'shop-HashErrors',
          StateValue: 'OK',
          AlarmDescription: 'Hash failed. What to do: docs/operations.md#a-function-fails',
        },
        {
          AlarmName: 'shop-EventsDead',
          StateValue: 'INSUFFICIENT_DATA',
          AlarmDescription: 'Mine.',
        },
      ],
    },
    {
      MetricAlarms: [
        {
          AlarmName: 'shop-SyncSilent',
          StateValue: 'ALARM',
          AlarmDescription: 'Sync has not run. What to do: docs/operations.md#sync-is-silent',
          StateTransitionedTimestamp: 1_700_000_000,
        },
      ],
    },
  );
  expect(await alarms()).toEqual({
    alarms: [
      {
        name: 'SyncSilent',
        state: 'rings',
        says: 'Sync has not run.',
        section: 'sync-is-silent',
        since: 1_700_000_000_000,
      },
      { name: 'EventsDead', state: 'unknown', says: 'Mine.' },
      { name: 'HashErrors', state: 'quiet', says: 'Hash failed.', section: 'a-function-fails' },
    ],
  });
  expect(asked).toEqual([
    { AlarmNamePrefix: 'shop-', AlarmTypes: ['MetricAlarm'] },
    { AlarmNamePrefix: 'shop-', AlarmTypes: ['MetricAlarm'], NextToken: 'more' },
  ]);
});

it('says that there are none', async () => {
  const { alarms } = await alarmsOf({ MetricAlarms: [] });
  expect(await alarms()).toEqual({
    alarms: [],
    because: 'CloudWatch has no alarm whose name begins with shop-',
  });
});
