import { join } from 'node:path';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, vi } from 'vitest';
import { createForwardClock, type ForwardClock } from '../../local/clock.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { startLocal } from '../../local/run.ts';
import { localCredentials } from '../../local/tables.ts';
import { region } from '../../local/template.ts';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createGauges } from '../../operations/gauges.ts';
import { command } from '../operations/cli/support.ts';
import { alarmsIn } from './alarms.ts';
import { isWritten, written } from './page.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** Of a machine that has a lot to do. */
const patience = { timeout: 60_000, interval: 50 };

/** What the schedule sends. */
const scheduledTick = JSON.stringify({ scheduled: true });

const stackName = 'marketo-destination';

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly bundles?: string;
  readonly dataDir?: string;
  readonly clock?: ForwardClock;
  /** Told of each line as it is written. */
  readonly onLine?: (line: string) => void;
}

/** A clock that begins at noon in Chicago: no drill meets the quota's midnight by chance. */
export const noonClock = (): ForwardClock => {
  const clock = createForwardClock();
  const now = Date.now();
  const { startsAt, resetsAt } = dayOf(epochMs(now));
  const noon = startsAt + 12 * hour;
  clock.advance((noon > now ? noon : resetsAt + 12 * hour) - now);
  return clock;
};

/** The local pipeline over REST, with a record of what is done and said. */
export const startDrill = async (setting: Setting = {}) => {
  const { env = {}, clock = noonClock(), onLine, ...rest } = setting;
  const logged: string[] = [];
  const local = await startLocal({
    ...rest,
    port: 0,
    env: {
      SETTINGS_FILE: join(import.meta.dirname, '../support/empty-settings.json'),
      MARKETO_API: 'rest',
      ...env,
    },
    clock,
    maxGatherMs: 100,
    log: (line) => {
      logged.push(line);
      onLine?.(line);
    },
  });
  onTestFinished(() => local.close());
  const done: string[] = [];
  const output: string[] = [];

  const urls = [...local.queues.urls];
  const urlOf = (end: string): string => urls.find(([name]) => name.endsWith(end))?.[1] ?? '';
  const queueUrls = {
    events: urlOf('-events.fifo'),
    // Named as in version 0.1.
    ticks: urlOf('-due'),
    deadEvents: urlOf('-events-dead.fifo'),
  };
  const gauges = createGauges(local.queues.client, queueUrls);

  /** Waits until nobody works: all that may go has gone. `held`: events that are in flight for long. */
  const idle = (held = 0): Promise<void> =>
    vi.waitFor(async () => {
      const { events, ticks } = await gauges();
      const busy = [events.waiting, events.inFlight - held, ticks.waiting, ticks.inFlight];
      expect(busy).toEqual([0, 0, 0, 0]);
    }, patience);

  const secrets = new SecretsManagerClient({
    endpoint: local.secretsUrl,
    region,
    credentials: localCredentials,
  });
  onTestFinished(() => {
    secrets.destroy();
  });

  /** Runs a command line of the page; `<…>` and file names in it stand for what `given` says. */
  const run = async (
    line: string,
    given: Readonly<Record<string, string>> = {},
    settings: Parameters<typeof command>[1] = {},
  ) => {
    done.push(line);
    const argv = line.split(' ').map((word) => given[word] ?? word);
    const ended = await command([...argv, '--url', local.url], settings);
    output.push(...ended.out.split('\n'), ...ended.err.split('\n'));
    return ended;
  };

  return {
    local,
    clock,
    logged,
    queueUrls,
    gauges,
    idle,
    run,
    get marketo(): Simulator {
      const { simulator } = local.simulator ?? {};
      if (simulator === undefined) throw new Error('a drill needs the simulated Marketo');
      return simulator;
    },
    /** What Marketo knows of this person. */
    fieldsOf: (email: string): Readonly<Record<string, string>> | undefined =>
      local.simulator?.simulator.leads(email)[0]?.fields,
    eventually: <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, patience),
    /** An SDK sends an identify; it is accepted, whatever is going on. */
    identify: async (email: string, traits: object, more: object = {}): Promise<void> => {
      const response = await fetch(`${local.url}/v1/identify`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${local.writeKey}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ anonymousId: `of ${email}`, traits: { email, ...traits }, ...more }),
      });
      expect(response.status).toBe(200);
    },
    /**
     * Lets time pass, with the tick that comes each minute, or as often as `step` says.
     */
    pass: async (ms: number, step: number = minute, held = 0): Promise<void> => {
      await idle(held);
      for (let left = ms; left > 0; left -= step) {
        clock.advance(Math.min(step, left));
        await idle(held);
        await local.queues.client.send(
          new SendMessageCommand({ QueueUrl: queueUrls.ticks, MessageBody: scheduledTick }),
        );
        await idle(held);
      }
    },
    /** `aws secretsmanager put-secret-value`, with these keys changed. */
    putMarketoSecret: async (keys: Readonly<Record<string, string>>): Promise<void> => {
      done.push('aws secretsmanager put-secret-value');
      const SecretId = `${stackName}/marketo`;
      const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      const value = { ...(JSON.parse(SecretString) as object), ...keys };
      await secrets.send(
        new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }),
      );
    },
    done,
    output,
  };
};

type Drill = Pick<Awaited<ReturnType<typeof startDrill>>, 'done' | 'output' | 'logged'>;

const asWritten = (line: string): string =>
  line.startsWith('aws ') ? line.split(' ').slice(0, 3).join(' ') : line;

/**
 * Holds the drill of this title in docs/drills.md to what was done and seen: commands, their output,
 * alarms. `more` are the alarms that ring for what CloudWatch itself measures.
 */
export const holdPageTo = (
  title: string,
  drills: readonly Drill[],
  more: readonly string[] = [],
): void => {
  const page = written(title);
  const done = drills.flatMap((drill) => drill.done);
  const output = drills.flatMap((drill) => drill.output);
  expect(new Set(page.commands.map(asWritten))).toEqual(new Set(done));
  for (const line of page.outputs)
    expect(
      output.some((said) => isWritten(said, line)),
      `nothing said: ${line}`,
    ).toBe(true);
  const logged = drills.flatMap((drill) => drill.logged);
  const errors = logged.filter((line) => line.includes('"level":"ERROR"')).join('\n');
  expect([...alarmsIn(logged), ...more].toSorted(), errors).toEqual(
    [...new Set(page.alarms)].toSorted(),
  );
};
