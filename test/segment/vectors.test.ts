import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { groupKeyOf, identityOf } from '../../lambdas/segment/eventIdentity.ts';
import { optedOut } from '../../lambdas/segment/optOut.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { timestampOf } from '../../lambdas/segment/timestamps.ts';
import type { EventType, JsonObject } from '../../lambdas/segment/event.ts';
import identities from '../vectors/identity.json' with { type: 'json' };
import optOuts from '../vectors/optout.json' with { type: 'json' };
import dates from '../vectors/timestamps.json' with { type: 'json' };

const receivedAt = epochMs(Date.parse(dates.receivedAt));

describe('the keys of an event', () => {
  it.each(identities.cases)('$rule ($from)', ({ event, identity, group }) => {
    const found = identityOf(event as JsonObject & { type: EventType });
    expect(found).toEqual(identity);
    expect(groupKeyOf(found)).toBe(group);
  });

  it('an event with only an e-mail is queued behind it, whatever its case', () => {
    expect(groupKeyOf({ email: 'Ada@Example.com' })).toBe('email:ada@example.com');
    expect(groupKeyOf({ hintEmail: 'ada@example.com' })).toBe('email:ada@example.com');
    expect(groupKeyOf({})).toBe('email:');
  });
});

describe('an opt-out', () => {
  it.each(optOuts.cases)('$rule ($from)', ({ integrations, off }) => {
    expect(optedOut(integrations as JsonObject)).toBe(off);
  });

  it('is not there without integrations', () => {
    expect(optedOut(undefined)).toBe(false);
  });
});

describe('when an event happened', () => {
  // Far from UTC, so that a date without an offset shows whether it was read as local time.
  beforeAll(() => vi.stubEnv('TZ', 'Asia/Kolkata'));
  afterAll(() => vi.unstubAllEnvs());

  it('is read on a machine that is not on UTC', () => {
    expect(new Date(0).getTimezoneOffset()).not.toBe(0);
  });

  it.each(dates.cases)('$rule ($from)', ({ times, timestamp }) => {
    expect(new Date(timestampOf(times, receivedAt)).toISOString()).toBe(timestamp);
  });
});
