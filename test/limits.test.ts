import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../lambdas/settings.ts';
import {
  absorbTiming,
  alarmTiming,
  forwardTiming,
  hashTiming,
  historyLimits,
  importLimits,
  importTiming,
  ingestLimits,
  ingestTiming,
  leadLimits,
  leadTiming,
  marketoLimits,
  queueTiming,
  secretTiming,
  sendLimits,
  sendTiming,
  syncTiming,
  tickLimits,
  tickTiming,
} from '../lambdas/limits.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const retentionMs = queueTiming.retentionSeconds * SECOND_MS;
const syncMs = syncTiming.functionTimeoutSeconds * SECOND_MS;

/** A whole deployment with this one setting. */
const accepts = (setting: Record<string, unknown>): boolean =>
  settingsSchema().safeParse({ marketo: { api: 'soap', munchkinId: '561-HYG-937' }, ...setting })
    .success;

describe('the lock', () => {
  it('is 30 s and the clocks’ difference, from the end of a call', () => {
    expect(leadTiming.lockMs).toBeGreaterThanOrEqual(30 * SECOND_MS + 2 * SECOND_MS);
  });

  it('leases for the longest call and a lock after it', () => {
    expect(leadTiming.leaseMs).toBe(leadTiming.callTimeoutMs + leadTiming.lockMs);
  });

  it('waits for an answer longer than the 90 s that Marketo may work', () => {
    expect(leadTiming.callTimeoutMs).toBeGreaterThanOrEqual(95 * SECOND_MS);
  });

  it('leaves Marketo its 90 s after the locks are taken, before anybody else may call', () => {
    const { callTimeoutMs, marketoWorksMs, leaseMs, lockMs } = leadTiming;
    // A request starts at the latest when Marketo's time is left, so it ends before the deadline.
    expect(callTimeoutMs - marketoWorksMs).toBeGreaterThanOrEqual(5 * SECOND_MS);
    expect(leaseMs - callTimeoutMs).toBeGreaterThanOrEqual(lockMs);
  });

  it('is never outrun by a backoff', () => {
    expect(leadTiming.backoffFirstMs).toBeGreaterThanOrEqual(leadTiming.lockMs);
    expect(leadTiming.backoffLongestMs).toBeGreaterThan(leadTiming.backoffFirstMs);
  });
});

describe('a bulk import', () => {
  it('carries more leads than as many batches of Sync Leads as it costs calls', () => {
    const { minRows, rows, callsPerJob, leadsPerCall } = importLimits;
    expect(minRows).toBeGreaterThanOrEqual(callsPerJob * leadsPerCall);
    expect(rows).toBeGreaterThan(minRows);
    expect(leadsPerCall).toBe(marketoLimits.leadsPerCall);
  });

  it('carries a million leads with at most 400 calls', () => {
    expect((1_000_000 / importLimits.rows) * importLimits.callsPerJob).toBeLessThanOrEqual(400);
  });

  it('is a file under 10 MB, of a queue that takes ten jobs', () => {
    expect(importLimits.fileBytes).toBeLessThan(10_000_000);
    expect(importLimits.jobsAtOnce).toBeLessThanOrEqual(10);
  });

  it('reads more leads than a file carries, and remembers them in items of 300 KB', () => {
    const { leadsRead, rows, pageRows } = importLimits;
    expect(leadsRead).toBeGreaterThanOrEqual(rows);
    expect(200 * pageRows).toBeLessThanOrEqual(leadLimits.itemBytes);
    // The history takes the events of a page at once.
    expect(pageRows).toBeLessThan(historyLimits.eventsPerInvocation);
  });

  it('has locks that are renewed several times before they end', () => {
    const { leaseMs, renewBeforeMs, pollLongestMs, onMs } = importTiming;
    expect(leaseMs - renewBeforeMs).toBeGreaterThan(pollLongestMs);
    expect(renewBeforeMs).toBeGreaterThan(10 * tickTiming.everyMinutes * MINUTE_MS);
    // The scheduled tick comes several times before the other calls take over.
    expect(onMs).toBeGreaterThan(3 * tickTiming.everyMinutes * MINUTE_MS);
  });

  it('begins only where a turn has the time for its upload, and is polled by the scheduled tick', () => {
    const { callTimeoutMs, settleMarginMs } = leadTiming;
    expect(callTimeoutMs + settleMarginMs).toBeLessThan(syncMs);
    expect(importTiming.pollFirstMs).toBeLessThan(tickTiming.everyMinutes * MINUTE_MS);
  });
});

describe('a sync function', () => {
  it('has time for one whole call and for writing down its answers', () => {
    const { describeTimeoutMs, callTimeoutMs, settleMarginMs } = leadTiming;
    expect(describeTimeoutMs + callTimeoutMs + settleMarginMs).toBeLessThan(syncMs);
  });

  it('is over six times before its ticks appear again', () => {
    expect(queueTiming.ticksVisibilitySeconds).toBeGreaterThanOrEqual(
      6 * syncTiming.functionTimeoutSeconds,
    );
  });

  it('waits for no batch to fill: more than ten ticks would need a window of a second', () => {
    expect(syncTiming.batchSize).toBeLessThanOrEqual(10);
  });

  it('stays within the calls at once that Adobe asks for', () => {
    expect(syncTiming.maximumConcurrency).toBeLessThanOrEqual(5);
    expect(syncTiming.maximumConcurrency).toBeGreaterThanOrEqual(2);
  });
});

describe('an absorb function', () => {
  it('is over six times before its events appear again', () => {
    expect(queueTiming.eventsVisibilitySeconds).toBeGreaterThanOrEqual(
      6 * absorbTiming.functionTimeoutSeconds,
    );
  });

  it('stops trying visits while the table and the queues still have their time', () => {
    const lastVisitEndsMs =
      absorbTiming.functionTimeoutSeconds * SECOND_MS -
      absorbTiming.visitReserveMs +
      absorbTiming.visitTimeoutMs;
    expect(lastVisitEndsMs).toBeLessThan(
      absorbTiming.functionTimeoutSeconds * SECOND_MS - SECOND_MS,
    );
    expect(absorbTiming.visitReserveMs).toBeGreaterThan(2 * absorbTiming.visitTimeoutMs);
  });

  it('takes no more than a FIFO queue gives', () => {
    expect(absorbTiming.batchSize).toBeLessThanOrEqual(10);
  });
});

describe('ingest and hash', () => {
  it('answer before the HTTP API gives up after 29 s', () => {
    expect(ingestTiming.functionTimeoutSeconds).toBeLessThan(29);
    expect(hashTiming.functionTimeoutSeconds).toBeLessThan(29);
  });

  it('answer 503 themselves when the queue is down, secret and last send included', () => {
    const slowestMs = secretTiming.callTimeoutMs + sendTiming.budgetMs + sendTiming.callTimeoutMs;
    expect(slowestMs).toBeLessThan(ingestTiming.functionTimeoutSeconds * SECOND_MS);
    expect(secretTiming.callTimeoutMs).toBeLessThan(hashTiming.functionTimeoutSeconds * SECOND_MS);
  });

  it('answer what Segment forwards before it gives up after 5 s, the function’s start included', () => {
    expect(forwardTiming.answerMs).toBeLessThanOrEqual(4_500);
    // The slowest look at the secret leaves time for a send that is tried twice.
    expect(forwardTiming.answerMs - secretTiming.callTimeoutMs).toBeGreaterThanOrEqual(SECOND_MS);
  });

  it('bring the largest batch of one user in time, and all of its lanes together', () => {
    const perLane = Math.floor(sendTiming.budgetMs / sendTiming.slowRequestMs) * sendLimits.entries;
    expect(perLane * sendTiming.lanes).toBeGreaterThanOrEqual(ingestLimits.batchEvents);
  });

  it('take what Lambda’s 6 MB carry, which is more than a batch of Segment’s size', () => {
    expect(ingestLimits.bodyBytes).toBe(6 * 1_024 * 1_024);
    expect(ingestLimits.bodyBytes).toBeGreaterThan(500 * 1_024);
  });
});

describe('a tick', () => {
  it('can be delayed until any moment that gets one, the lock’s end among them', () => {
    expect(tickTiming.aheadMs).toBeLessThanOrEqual(900 * SECOND_MS);
    expect(tickTiming.aheadMs).toBeGreaterThan(leadTiming.lockMs);
    // What is further ahead is found by the scheduled one.
    expect(tickTiming.aheadMs).toBeGreaterThan(tickTiming.everyMinutes * 60 * SECOND_MS);
  });

  it('comes once a minute whatever happens', () => {
    expect(tickTiming.everyMinutes).toBe(1);
  });

  it('fits into a message, however many leads it names', () => {
    const lead = 'x'.repeat(43);
    const body = JSON.stringify({ leads: Array.from({ length: tickLimits.leads }, () => lead) });
    expect(sendLimits.entries * body.length).toBeLessThan(sendLimits.bytes);
  });

  it('looks ahead by as much as two clocks may differ', () => {
    expect(tickTiming.clockSkewMs).toBeGreaterThanOrEqual(2 * SECOND_MS);
  });
});

describe('the circuit breaker', () => {
  it('probes no faster than a lock, and slower as an outage lasts', () => {
    expect(leadTiming.probeFirstMs).toBeGreaterThanOrEqual(30 * SECOND_MS);
    expect(leadTiming.probeLongestMs).toBeGreaterThan(leadTiming.probeFirstMs);
  });
});

describe('an erasure', () => {
  it('is done again when whoever read an item before its tombstone is over, and the index has caught up', () => {
    const indexLagMs = 60_000;
    const longest = Math.max(
      syncTiming.functionTimeoutSeconds,
      absorbTiming.functionTimeoutSeconds,
    );
    expect(leadTiming.erasureRepeatMs).toBeGreaterThanOrEqual(longest * 1_000 + indexLagMs);
  });
});

describe('trouble that many leads have', () => {
  it('is remembered for longer than a lead backs off, so that one failing lead is not many', () => {
    const { troubleMs, backoffLongestMs, lockMs, callTimeoutMs } = leadTiming;
    expect(troubleMs).toBeGreaterThan(backoffLongestMs + lockMs + callTimeoutMs);
  });
});

describe('what is kept', () => {
  it('mailboxes outlive events in the queue and then in its dead-letter queue', () => {
    expect(leadTiming.mailboxKeepMs).toBeGreaterThan(2 * retentionMs);
  });

  it('aliases live at least as long as mailboxes, and half of it, when they are refreshed, too', () => {
    expect(leadTiming.aliasKeepMs).toBeGreaterThanOrEqual(leadTiming.mailboxKeepMs);
    expect(leadTiming.aliasKeepMs / 2).toBeGreaterThanOrEqual(leadTiming.mailboxKeepMs);
  });

  it('mailboxes remember what was sent longer than any setting asks for', () => {
    const hours = leadTiming.mailboxKeepMs / HOUR_MS;
    expect(accepts({ resendUnchangedAfterHours: 1_440 })).toBe(true);
    expect(accepts({ resendUnchangedAfterHours: hours })).toBe(false);
  });

  it('no hold outlives the alias that it waits for', () => {
    expect(accepts({ holdDays: 365 })).toBe(true);
    expect(accepts({ holdDays: leadTiming.aliasKeepMs / DAY_MS })).toBe(false);
  });

  it('queues keep their messages 14 days, the most that SQS allows', () => {
    expect(retentionMs).toBe(14 * DAY_MS);
    expect(queueTiming.eventsMaxReceiveCount).toBeLessThanOrEqual(1_000);
  });

  it('an outage of the leads table of a day sends no event to the dead-letter queue', () => {
    const { eventsMaxReceiveCount, eventsVisibilitySeconds } = queueTiming;
    // A failed receive is visible again after the visibility, and at the earliest then.
    expect(eventsMaxReceiveCount * eventsVisibilitySeconds * SECOND_MS).toBeGreaterThanOrEqual(
      DAY_MS,
    );
  });
});

describe('an alarm', () => {
  it('on old events is not rung by one failed try', () => {
    expect(alarmTiming.eventsOldestSeconds).toBeGreaterThan(queueTiming.eventsVisibilitySeconds);
  });

  it('on an outage does not end between two probes', () => {
    const looksBackMs = alarmTiming.unavailablePeriods * alarmTiming.periodSeconds * SECOND_MS;
    expect(looksBackMs).toBeGreaterThan(leadTiming.probeLongestMs + leadTiming.callTimeoutMs);
    expect(leadTiming.probeLongestMs).toBeLessThan(alarmTiming.unavailableMs);
  });

  it('on old ticks is not rung by one turn that took all of its time', () => {
    expect(alarmTiming.ticksOldestSeconds).toBeGreaterThan(4 * syncTiming.functionTimeoutSeconds);
  });

  it('on leads that are due for long is not rung by their backoff, a probe or the rest’s patience', () => {
    expect(alarmTiming.dueOldestMs).toBeGreaterThan(tickTiming.restPatienceMs);
    expect(alarmTiming.dueOldestMs).toBeGreaterThan(leadTiming.probeLongestMs);
  });
});
