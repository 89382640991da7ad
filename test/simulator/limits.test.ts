import { describe, expect, it } from 'vitest';
import { createLimits } from '../../simulator/limits.ts';
import { rules } from '../../simulator/rules.ts';
import { noon, record, startMarketo, textOf } from './support.ts';

const describeCall = ['describeMObject', '<objectName>LeadRecord</objectName>'] as const;

describe('the limits on calls', () => {
  it('let 100 calls through in 20 s, and the next when the window has moved on', async () => {
    const marketo = await startMarketo();
    for (let call = 0; call < 100; call += 1) {
      expect((await marketo.call('getLead', '')).text).toContain('20101');
      marketo.clock.advance(100);
    }
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20023');
    marketo.clock.advance(9_999);
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20023');
    marketo.clock.advance(1);
    expect((await marketo.call(...describeCall)).status).toBe(200);
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20023');
  });

  it('let 10 calls work at once', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const marketo = await startMarketo({ wait: () => held });
    await marketo.inject({ delayMs: 1, count: 10 });
    const working = Array.from({ length: 10 }, (_, index) =>
      marketo.syncLead(record(`a${index}@example.com`)),
    );
    await expect.poll(() => marketo.simulator.faults()).toEqual([]);
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20024');
    release();
    expect((await Promise.all(working)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await marketo.call(...describeCall)).status).toBe(200);
  });

  it('let so many calls through in a day, and begin anew at midnight US Central', async () => {
    const marketo = await startMarketo({ schema: { limits: { callsPerDay: 2 } } });
    await marketo.call(...describeCall);
    await marketo.call(...describeCall);
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20015');
    marketo.clock.advance(12 * 3_600_000 - 1);
    expect(textOf((await marketo.call(...describeCall)).text, 'code')).toBe('20015');
    marketo.clock.advance(1);
    expect((await marketo.call(...describeCall)).status).toBe(200);
  });

  it('count no call that was not authenticated', async () => {
    const marketo = await startMarketo({ schema: { limits: { callsPerDay: 1 } } });
    await marketo.post('<a/>');
    expect((await marketo.call(...describeCall)).status).toBe(200);
  });

  it('allow 10,000 calls a day unless told otherwise', () => {
    const limits = createLimits(rules);
    for (let call = 0; call < 10_000; call += 1) limits.enter(noon - 10_000_000 + call * 1_000)();
    expect(() => limits.enter(noon + 1_000_000)).toThrow('quota');
  });
});
