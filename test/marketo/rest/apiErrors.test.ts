import { describe, expect, it } from 'vitest';
import type { RestCalled } from '../../../lambdas/marketo/rest/restCaller.ts';
import { activityResultOf } from '../../../lambdas/marketo/rest/activityVerdicts.ts';
import type { ApiError } from '../../../lambdas/marketo/rest/apiErrors.ts';
import {
  activitiesVerdict,
  callVerdict,
  cookieVerdict,
  isLeadGone,
  recordVerdict,
} from '../../../lambdas/marketo/rest/apiErrors.ts';
import { activityAt, order } from '../../support/mailboxes.ts';

const names = new Map([
  ['total', 'Total'],
  ['gift', 'Gift'],
]);
const said = (code: string, text = ''): ApiError => ({ code, text });
const bad = said('1003', "Invalid value for field 'total' and value 'x'");
const unknown = said('1006', "Field 'gift' not found");

describe('several complaints', () => {
  it('of a record mean what costs nothing, then what is certain, then fields, then a new try', () => {
    const means = (...reasons: ApiError[]) => recordVerdict(reasons, names);
    expect(means(said('713'), bad, unknown, said('1007'))).toMatchObject({ kind: 'refused' });
    expect(means(said('713'), bad, unknown)).toMatchObject({ fields: ['Gift'], unknown: true });
    expect(means(said('713'), bad)).toMatchObject({ fields: ['Total'], unknown: false });
    expect(means(said('9999'), said('713'))).toMatchObject({ kind: 'retry', isUnknownCode: true });
  });

  it('of a call mean first that all have to wait', () => {
    const sent = { names, alone: true };
    expect(callVerdict([said('1007'), said('606')], sent)).toMatchObject({ kind: 'unavailable' });
    expect(callVerdict([], sent)).toEqual({
      kind: 'retry',
      because: 'Marketo answered an error without a code',
    });
  });

  it('say that the lead is gone if one of them does', () => {
    expect(isLeadGone([said('713'), said('1004')])).toBe(true);
    expect(isLeadGone([{ text: '1004' }, said('9999'), said('1007')])).toBe(false);
    expect(isLeadGone([])).toBe(false);
  });
});

describe('a code means something else', () => {
  it('of a cookie, where the address names the lead', () => {
    expect(cookieVerdict([said('610')])).toMatchObject({ kind: 'refused' });
    expect(cookieVerdict([said('606')])).toMatchObject({ kind: 'unavailable' });
    expect(cookieVerdict([said('9999')])).toMatchObject({ kind: 'retry', isUnknownCode: true });
  });

  it('of activities, which close the window for nobody', () => {
    expect(activitiesVerdict([said('610')])).toMatchObject({ kind: 'retry' });
    expect(activitiesVerdict([said('603')])).toMatchObject({ kind: 'retry' });
    expect(activitiesVerdict([said('606')])).toMatchObject({ kind: 'unavailable', worked: false });
    expect(activitiesVerdict([said('9999')])).toMatchObject({ kind: 'retry', isUnknownCode: true });
  });
});

describe('the answer for activities', () => {
  const activity = activityAt(order(1), 'p', { total: 1, gift: true });
  const told = (called: RestCalled) => activityResultOf(called, [activity]);

  it('names each attribute that Marketo does not take', () => {
    const errors = [
      { code: '1006', message: "Field 'total' not found" },
      { code: '1006', message: "Field 'gift' not found" },
    ];
    expect(told({ status: 200, result: [{ status: 'skipped', errors }] })).toEqual([
      { kind: 'refused', because: 'Marketo has no such field (1006): total, gift' },
    ]);
  });

  it('that is none of Marketo’s keeps all waiting, for it may have been worked on', () => {
    expect(told({ status: 202, result: ['added'] })).toEqual({
      kind: 'unavailable',
      because: 'Marketo answered HTTP 202 without a JSON answer that we can read',
      worked: true,
    });
  });

  it('that says of all of them why they were refused says it of each', () => {
    expect(told({ complaints: [said('609')] })).toEqual([
      { kind: 'refused', because: 'Marketo could not read the request as JSON (609)', shared: 1 },
    ]);
  });
});
