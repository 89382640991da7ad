import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallLine, DeliveryLine } from '../../../lambdas/delivery.ts';
import { hashOf, shortHashOf } from '../../../lambdas/digest.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { deployedTiming } from '../../../operations/limits.ts';
import { createCloudLines } from '../../../operations/deployed/lines.ts';
import { createTallies } from '../../../operations/lines/tallies.ts';
import { lineOf } from '../../../operations/lines/parse.ts';
import type { Lines } from '../../../operations/ports.ts';
import { clientOf } from '../../aws/scripted.ts';
import { serveLogs } from './aws/logs.ts';

const start = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;
const day = 24 * 60 * minute;
const groups = ['/logs/ingest', '/logs/absorb', '/logs/sync'];
const [ingest = '', , sync = ''] = groups;

let logs: Awaited<ReturnType<typeof serveLogs>>;
let client: CloudWatchLogsClient;
let lines: Lines;
let now: number;
const slept: number[] = [];

const text = (message: string, at: number, facts: object, level = 'INFO'): string =>
  JSON.stringify({
    level,
    message,
    timestamp: new Date(at).toISOString(),
    service: 'sync',
    ...facts,
  });

const tell = (at: number, line: DeliveryLine, group = sync): void => {
  logs.put(group, at, text('delivery', at, line));
};

const callLine = (call: string, requests = 1): CallLine => ({
  call,
  api: 'rest',
  about: 'leads',
  leads: 1,
  requests,
  tookMs: 400,
  verdicts: { synced: 1 },
});

const tellCall = (at: number, call: string, requests = 1): void => {
  logs.put(sync, at, text('call', at, callLine(call, requests)));
};

beforeEach(async () => {
  now = start;
  slept.length = 0;
  logs = await serveLogs({ pageEvents: 5 });
  groups.forEach(logs.makeGroup);
  client = new CloudWatchLogsClient(clientOf(logs.url));
  lines = createCloudLines({
    client,
    logGroups: groups,
    keptMs: 30 * day,
    clock: { now: () => epochMs(now) },
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  });
});

afterEach(async () => {
  client.destroy();
  await logs.close();
});

const jake = shortHashOf('jake-1');
const lead = hashOf('jake');
const searches = () =>
  logs.asked('StartQuery') as { startTime: number; endTime: number; queryString: string }[];
/** What was gone through: from how long before the start to how long before it. */
const searched = () =>
  searches().map(({ startTime, endTime }) => [start - startTime * 1_000, start - endTime * 1_000]);
const hour = 60 * minute;
const steps = (found: Awaited<ReturnType<Lines['ofMessage']>>) =>
  found.flatMap((one) => (one.kind === 'step' ? one.step : []));

describe('the steps of an event in CloudWatch Logs', () => {
  it('are found with the call that they name, earliest first', async () => {
    tell(start - 9_000, { step: 'queued', messages: [jake], messageId: 'jake-1' }, ingest);
    tell(start - 8_000, { step: 'absorbed', messages: [jake], lead });
    tellCall(start - 4_000, 'call-1');
    tellCall(start - 4_000, 'call-2');
    tell(start - 3_900, { step: 'synced', messages: ['AAAAAAAAAAA', jake], lead, call: 'call-1' });
    tell(start - 3_000, { step: 'absorbed', messages: ['AAAAAAAAAAA'] });
    const found = await lines.ofMessage(jake);
    expect(found.map((one) => (one.kind === 'step' ? one.step : one.call))).toEqual([
      'queued',
      'absorbed',
      'call-1',
      'synced',
    ]);
    expect(found[0]).toMatchObject({ at: start - 9_000, messageId: 'jake-1', service: 'sync' });
  });

  it('are found behind a thousand other events of one line', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => shortHashOf(String(at)));
    tell(start - 1_000, { step: 'synced', messages: [...many, jake], lead });
    expect(await lines.ofMessage(jake)).toHaveLength(1);
  });

  it('are looked for ever further back, nowhere twice, as far as logs are kept', async () => {
    await lines.ofMessage(jake);
    expect(searched()).toEqual([
      [hour, 0],
      [day, hour],
      [7 * day, day],
      [30 * day, 7 * day],
    ]);
  });

  it('are not looked for further back than logs are kept', async () => {
    lines = createCloudLines({
      client,
      logGroups: groups,
      keptMs: day,
      clock: { now: () => epochMs(now) },
    });
    await lines.ofMessage(jake);
    expect(searched()).toEqual([
      [hour, 0],
      [day, hour],
    ]);
  });

  it('are looked for no further back than to where the event was queued', async () => {
    tell(start - 20 * hour, { step: 'queued', messages: [jake] }, ingest);
    tell(start - 30 * minute, { step: 'held', messages: [jake] });
    expect(steps(await lines.ofMessage(jake))).toEqual(['queued', 'held']);
    expect(searched()).toEqual([
      [hour, 0],
      [day, hour],
    ]);
  });

  it('are looked for beyond where its dead letter was resent', async () => {
    tell(start - 20 * hour, { step: 'queued', messages: [jake] }, ingest);
    const because = 'a dead letter was resent';
    tell(start - 30 * minute, { step: 'queued', messages: [jake], because });
    expect(steps(await lines.ofMessage(jake))).toEqual(['queued', 'queued']);
  });

  it('are all found where the worker was faster than ingest’s line', async () => {
    tell(start - hour, { step: 'queued', messages: [jake] }, ingest);
    tell(start - hour - 1_500, { step: 'absorbed', messages: [jake], lead });
    expect(steps(await lines.ofMessage(jake))).toEqual(['absorbed', 'queued']);
  });

  it('are none where nobody wrote about the event', async () => {
    tell(start - 1_000, { step: 'queued', messages: ['AAAAAAAAAAA'] });
    expect(await lines.ofMessage(jake)).toEqual([]);
    const calls = searches().filter(({ queryString }) => queryString.includes('"call"'));
    expect(calls).toEqual([]);
  });

  it.each(['', 'a"b', "a' | fields @message", 'a/b', 'a b', 'ä', 'x'.repeat(101)])(
    'are not searched for by %j, which is no hash',
    async (value) => {
      await expect(lines.ofMessage(value)).rejects.toMatchObject({ code: 'bad-input' });
      expect(searches()).toEqual([]);
    },
  );

  it('bring no query to life that stands in a line in the place of a call', async () => {
    tell(start - 1_000, { step: 'queued', messages: [jake], call: 'x)"/ | limit 0' });
    expect(await lines.ofMessage(jake)).toHaveLength(1);
    expect(searches()).toHaveLength(1);
  });
});

describe('asking again', () => {
  it('costs no search while the answer is fresh', async () => {
    tell(start - 1_000, { step: 'queued', messages: [jake] });
    const first = await lines.ofMessage(jake);
    now += deployedTiming.searchFreshMs - 1;
    expect(await lines.ofMessage(jake)).toEqual(first);
    expect(searches()).toHaveLength(1);
  });

  it('searches only what has come since, and what may have come late', async () => {
    tell(start - day, { step: 'queued', messages: [jake] });
    await lines.ofMessage(jake);
    logs.forget();
    now += 10 * minute;
    tell(now - minute, { step: 'absorbed', messages: [jake], lead });
    tell(start - 1_000, { step: 'held', messages: [jake] });
    const found = await lines.ofMessage(jake);
    expect(found.map((one) => one.kind === 'step' && one.step)).toEqual([
      'queued',
      'held',
      'absorbed',
    ]);
    expect(searched()).toEqual([[deployedTiming.lateLineMs, -10 * minute]]);
  });

  it('finds a call whose line came late, and gives up on one that never comes', async () => {
    tell(start - 1_000, { step: 'synced', messages: [jake], call: 'late' });
    expect(await lines.ofMessage(jake)).toHaveLength(1);
    tellCall(start - 1_100, 'late');
    now += deployedTiming.searchFreshMs;
    expect(await lines.ofMessage(jake)).toHaveLength(2);
    tell(now - 3 * minute, { step: 'synced', messages: [jake], call: 'never' });
    now += minute;
    await lines.ofMessage(jake);
    logs.forget();
    now += deployedTiming.searchFreshMs;
    await lines.ofMessage(jake);
    expect(searches()).toHaveLength(1);
  });

  it('at the same time shares one search', async () => {
    tell(start - 1_000, { step: 'queued', messages: [jake] });
    await Promise.all([lines.ofMessage(jake), lines.ofMessage(jake)]);
    expect(searches()).toHaveLength(1);
  });
});

describe('the steps of a lead', () => {
  it('are the latest, latest first, with their calls', async () => {
    for (let at = 0; at < 5; at += 1) {
      tellCall(start - 10_000 + at * 1_000, `call-${at}`);
      tell(start - 9_900 + at * 1_000, { step: 'synced', lead, messages: [], call: `call-${at}` });
    }
    const found = await lines.ofLead(lead, 2);
    expect(found.map((one) => [one.kind, one.call])).toEqual([
      ['step', 'call-4'],
      ['call', 'call-4'],
      ['step', 'call-3'],
      ['call', 'call-3'],
    ]);
  });

  const tellMany = (from: number, count: number): void => {
    for (let at = 0; at < count; at += 1)
      tell(from + at * 1_000, { step: 'absorbed', lead, messages: [] });
  };

  it('are looked for no further back than until there are enough', async () => {
    tellMany(start - 20 * hour, 5);
    tellMany(start - minute, 3);
    expect(await lines.ofLead(lead, 3)).toHaveLength(3);
    expect(searched()).toEqual([[hour, 0]]);
  });

  it('are looked for further back once more of them are wanted, and then no more', async () => {
    tellMany(start - 20 * hour, 5);
    tellMany(start - minute, 3);
    await lines.ofLead(lead, 2);
    logs.forget();
    expect(await lines.ofLead(lead, 6)).toHaveLength(6);
    const late = deployedTiming.lateLineMs;
    expect(searched()).toEqual([
      [late, 0],
      [hour, minute - 1_000],
      [day, hour],
    ]);
    logs.forget();
    now += deployedTiming.searchFreshMs;
    expect(await lines.ofLead(lead, 2)).toHaveLength(2);
    now += deployedTiming.searchFreshMs;
    expect(await lines.ofLead(lead, 6)).toHaveLength(6);
    expect(searched().map(([from]) => from)).toEqual([late, late - deployedTiming.searchFreshMs]);
  });

  it('asked for twice at the same time, few and many, are searched for once', async () => {
    tellMany(start - minute, 3);
    const both = [lines.ofLead(lead, 3), lines.ofLead(lead, 2)];
    expect((await Promise.all(both)).map((found) => found.length)).toEqual([3, 2]);
    expect(searched()).toEqual([
      [hour, 0],
      [deployedTiming.lateLineMs, 0],
    ]);
  });

  it('are remembered only as far as somebody wants them', async () => {
    tellMany(start - 10 * minute, 3);
    expect(await lines.ofLead(lead, 3)).toHaveLength(3);
    now += 5 * minute;
    tellMany(now - minute, 2);
    expect((await lines.ofLead(lead, 3)).map(({ at }) => at)).toEqual([
      now - minute + 1_000,
      now - minute,
      start - 10 * minute + 2_000,
    ]);
    logs.forget();
    now += deployedTiming.searchFreshMs;
    expect(await lines.ofLead(lead, 5)).toHaveLength(5);
    const oldest = 10 * minute - 2_000;
    expect(searched()[1]).toEqual([hour - 5 * minute - deployedTiming.searchFreshMs, oldest]);
  });
});

describe('a search', () => {
  it('is asked for until it is done, ever more seldom', async () => {
    logs.slow(6);
    tell(start - 1_000, { step: 'queued', messages: [jake] });
    expect(await lines.ofMessage(jake)).toHaveLength(1);
    expect(slept).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
  });

  it('that takes too long is stopped, and the next one tries anew', async () => {
    logs.slow(1_000);
    await expect(lines.ofMessage(jake)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'CloudWatch Logs did not finish the search within 45 s: try again in a minute',
    });
    expect(logs.asked('StopQuery')).toEqual([{ queryId: 'query-1' }]);
    logs.slow(0);
    expect(await lines.ofMessage(jake)).toEqual([]);
  });

  it.each(['Failed', 'Cancelled', 'Timeout'])(
    'that ends as %s is an error, not empty',
    async (status) => {
      logs.endAs(status);
      await expect(lines.ofMessage(jake)).rejects.toMatchObject({
        code: 'unreachable',
        message: `CloudWatch Logs gave the search up (${status}): try again in a minute`,
      });
    },
  );
});

describe('tallies', () => {
  it('count messages by step, calls and requests, as on one machine', async () => {
    const local = createTallies();
    const write = (at: number, message: string, facts: object): void => {
      const line = text(message, at, facts);
      logs.put(sync, at, line);
      const parsed = lineOf(line);
      if (parsed) local.add(parsed);
    };
    const from = epochMs(start - 10 * minute);
    write(from - 1, 'delivery', { messages: [jake], step: 'queued' });
    write(from, 'delivery', { messages: [jake, 'AAAAAAAAAAA', 'BBBBBBBBBBB'], step: 'queued' });
    write(from + 59_999, 'delivery', { messages: [jake], step: 'absorbed' });
    write(from + minute, 'delivery', { messages: [jake], step: 'queued' });
    write(from + minute, 'delivery', { messages: [], step: 'refused' });
    write(from + minute, 'delivery', { step: 'refused', because: 'no "step":"synced" here' });
    write(from + 5 * minute, 'call', callLine('a', 3));
    write(from + 5 * minute, 'call', callLine('b', 4));
    write(start - 1, 'delivery', {
      messages: Array.from({ length: 1_000 }, (_, at) => shortHashOf(String(at))),
      step: 'synced',
    });
    const tallies = await lines.tally(from, epochMs(start), minute);
    expect(tallies).toHaveLength(10);
    expect(tallies[0]).toEqual({
      at: from,
      steps: { queued: 3, absorbed: 1 },
      calls: 0,
      requests: 0,
    });
    expect(tallies[5]).toMatchObject({ calls: 2, requests: 7 });
    expect(tallies[9]?.steps).toEqual({ synced: 1_000 });
    expect(tallies).toEqual(local.between(from, epochMs(start), minute));
  });

  it('leave metrics and Lambda’s own lines out', async () => {
    logs.put(sync, start - 1, JSON.stringify({ _aws: {}, service: 'sync', Synced: 4 }));
    logs.put(sync, start - 1, JSON.stringify({ time: 'x', type: 'platform.report', record: {} }));
    const [tally] = await lines.tally(epochMs(start - minute), epochMs(start), minute);
    expect(tally).toEqual({ at: start - minute, steps: {}, calls: 0, requests: 0 });
  });

  it('are not searched for again while they are fresh, although time goes on', async () => {
    const from = epochMs(start - 10 * minute);
    await lines.tally(from, epochMs(start), minute);
    now += deployedTiming.tallyFreshMs - 1;
    expect(await lines.tally(epochMs(from + 20_000), epochMs(now), minute)).toHaveLength(11);
    expect(searches()).toHaveLength(1);
    now += 1;
    await lines.tally(from, epochMs(now), minute);
    expect(searches()).toHaveLength(2);
  });

  const quarter = 15 * minute;

  it('of a day are searched for once, and then only where lines can come still', async () => {
    const betweenMs = 50_000;
    const from = epochMs(start - 12 * hour - 5 * minute);
    const queued = (at: number): void => {
      tell(at, { step: 'queued', messages: [jake] }, ingest);
    };
    queued(from + 1_000);
    queued(start - 1_000);
    await lines.tally(from, epochMs(start), quarter);
    expect(searched()).toEqual([[start - from, 0]]);
    for (let look = 0; look < 60; look += 1) {
      now += betweenMs;
      queued(now - 1_000);
      queued(now - deployedTiming.lateLineMs);
      logs.forget();
      const tallies = await lines.tally(from, epochMs(now), quarter);
      const [search] = searches();
      expect(searches()).toHaveLength(1);
      expect(now - (search?.startTime ?? 0) * 1_000).toBeLessThan(
        quarter + deployedTiming.lateLineMs + betweenMs,
      );
      const counts = tallies.map(({ steps: { queued: count = 0 } }) => count);
      expect(counts[0]).toBe(1);
      expect(counts.reduce((sum, count) => sum + count)).toBe(2 + 2 * (look + 1));
    }
  });

  it('of the last hour are searched for only at its end, as the hour goes on', async () => {
    const hourBy = (at: number) => lines.tally(epochMs(at - hour), epochMs(at), minute);
    tell(start - 30 * minute, { step: 'queued', messages: [jake] }, ingest);
    expect((await hourBy(start))[30]?.steps).toEqual({ queued: 1 });
    now += 2 * minute;
    logs.forget();
    expect((await hourBy(now))[28]?.steps).toEqual({ queued: 1 });
    expect(searched()).toEqual([[deployedTiming.lateLineMs, -2 * minute]]);
  });

  it('of a new day do not search the one before', async () => {
    await lines.tally(epochMs(start - day), epochMs(start), quarter);
    now += minute;
    logs.forget();
    expect(await lines.tally(epochMs(start), epochMs(now), quarter)).toHaveLength(1);
    expect(searched()).toEqual([[0, -minute]]);
  });

  it('of an earlier time than is remembered are searched for', async () => {
    tell(start - hour, { step: 'queued', messages: [jake] }, ingest);
    await lines.tally(epochMs(start - quarter), epochMs(start), quarter);
    const [first] = await lines.tally(epochMs(start - hour), epochMs(start), quarter);
    expect(first?.steps).toEqual({ queued: 1 });
  });
});

describe('the latest lines', () => {
  it('come from all groups, latest first, troubles among them', async () => {
    tell(start - 3_000, { step: 'queued', messages: [jake] }, ingest);
    tellCall(start - 2_000, 'call-1');
    logs.put(sync, start - 1_000, text('a secret cannot be used', start - 1_000, {}, 'ERROR'));
    logs.put(sync, start - 500, JSON.stringify({ _aws: {}, service: 'sync' }));
    const latest = await lines.latest(10);
    expect(latest.map(({ kind }) => kind)).toEqual(['trouble', 'call', 'step']);
  });

  it('are found on a quiet day by looking further back', async () => {
    tell(start - 20 * 60 * minute, { step: 'queued', messages: [jake] }, ingest);
    expect(await lines.latest(1)).toHaveLength(1);
  });

  it('are the latest on a busy day, where nobody could read all of an hour', async () => {
    for (let at = 0; at < 200; at += 1)
      tell(start - 11_000 - at * 100, { step: 'queued', messages: [jake] }, ingest);
    for (let at = 0; at < 40; at += 1)
      tell(start - at * 100, { step: 'queued', messages: [jake] }, ingest);
    const latest = await lines.latest(30);
    expect(latest.map(({ at }) => start - at)).toEqual(
      Array.from({ length: 30 }, (_, at) => at * 100),
    );
  });

  it('are read anew only from where the last look ended', async () => {
    tell(start - 20_000, { step: 'queued', messages: [jake] });
    await lines.latest(1);
    logs.forget();
    now += 5_000;
    tell(now - 1_000, { step: 'absorbed', messages: [jake] });
    expect((await lines.latest(5)).map((one) => one.kind === 'step' && one.step)).toEqual([
      'absorbed',
      'queued',
    ]);
    expect(logs.asked('FilterLogEvents')).toHaveLength(groups.length);
    expect(logs.asked('FilterLogEvents')[0]).toMatchObject({
      startTime: start - deployedTiming.latestOverlapMs,
    });
  });

  it('are not read more often than every two seconds', async () => {
    await lines.latest(1);
    logs.forget();
    now += deployedTiming.latestFreshMs - 1;
    await lines.latest(1);
    expect(logs.asked('FilterLogEvents')).toEqual([]);
  });
});
